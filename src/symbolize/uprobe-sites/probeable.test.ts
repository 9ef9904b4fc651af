import { describe, expect, test } from 'vitest'
import { whyNotProbeable } from './probeable.ts'

const code = (hex: string) => Uint8Array.from(hex.split(' ').map((byte) => Number.parseInt(byte, 16)))

describe('what the kernel probes', () => {
  test.each([
    ['push %rbp', '55'],
    ['push %r12', '41 54'],
    ['endbr64', 'f3 0f 1e fa'],
    ['nop', '90'],
    ['nop5', '0f 1f 44 00 00'],
    ['cmp 0x10(%r14),%rsp', '49 3b 66 10'],
    ['a read of %fs', '64 48 8b 0c 25 f8 ff ff ff'],
    ['syscall', '0f 05'],
    ['ud2', '0f 0b'],
    ['rep stos', 'f3 aa'],
    ['mov %eax,%ds', '8e d8'],
    ['vzeroupper', 'c5 f8 77'],
    ['ret', 'c3'],
  ])('%s', (_name, hex) => {
    expect(whyNotProbeable(code(hex))).toBeUndefined()
  })
})

describe('what it refuses', () => {
  test.each([
    ['int3', 'cc', 'int3'],
    ['lock incl', 'f0 ff 07', 'LOCK'],
    ['nopw %cs:', '66 2e 0f 1f 84 00', 'CS prefix'],
    ['notrack jmp', '3e ff 20', 'DS (or notrack)'],
    ['es prefix', '26 8b 00', 'ES prefix'],
    ['ss prefix', '36 8b 00', 'SS prefix'],
    ['hlt', 'f4', '0xf4'],
    ['cli', 'fa', '0xfa'],
    ['in', 'ec', '0xec'],
    ['int 0x80', 'cd 80', '0xcd'],
    ['iretq', '48 cf', '0xcf'],
    ['mov %eax,%ss', '8e d0', 'move to SS'],
    ['vmovdqu, by its opcode byte', 'c5 fa 6f 06', '0x6f'],
    ['vmovdqu64 (EVEX)', '62 f1 fe 48 6f 06', '0x6f'],
    ['vpxor', 'c5 f9 ef c0', '0xef'],
    ['the end of the file inside an instruction', '66', 'ends inside'],
  ])('%s', (_name, hex, reason) => {
    expect(whyNotProbeable(code(hex))).toContain(reason)
  })
  test('nothing at all', () => {
    expect(whyNotProbeable(new Uint8Array(0))).toContain('ends inside')
  })
})
