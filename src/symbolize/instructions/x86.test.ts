import { expect, test } from 'vitest'
import { X86_DECODER } from './x86.ts'

const code = (hex: string) => Uint8Array.from(hex.split(' ').map((byte) => Number.parseInt(byte, 16)))

test.each([
  ['push %rbp', '55', 'other', undefined],
  ['ret', 'c3', 'return', undefined],
  ['ret $8', 'c2 08 00', 'return', undefined],
  ['rep ret', 'f3 c3', 'return', undefined],
  ['jmp rel8', 'eb 10', 'jump', 18],
  ['jmp rel32, backwards', 'e9 00 ff ff ff', 'jump', -251],
  ['jbe rel8', '76 26', 'branch', 40],
  ['jbe rel32', '0f 86 40 01 00 00', 'branch', 326],
  ['jrcxz', 'e3 02', 'branch', 4],
  ['call rel32', 'e8 fb ff ff ff', 'call', 0],
  ['call *%rax', 'ff d0', 'call', undefined],
  ['syscall, which has no target', '0f 05', 'call', undefined],
  ['jmp *(%rcx,%rax,8)', 'ff 24 c1', 'table-jump', undefined],
  ['jmp *%rax', 'ff e0', 'register-jump', undefined],
  ['notrack jmp *%rax', '3e ff e0', 'register-jump', undefined],
  ['int3', 'cc', 'trap', undefined],
  ['ud2', '0f 0b', 'trap', undefined],
  ['hlt', 'f4', 'trap', undefined],
  ['nop', '90', 'nop', undefined],
  ['xchg %ax,%ax', '66 90', 'nop', undefined],
  ['nopl', '0f 1f 44 00 00', 'nop', undefined],
  ['endbr64', 'f3 0f 1e fa', 'other', undefined],
  ['a ret in an immediate', '48 c7 c0 c3 c3 c3 00', 'other', undefined],
])('%s', (_name, hex, kind, target) => {
  const bytes = code(hex)
  expect(X86_DECODER.decode(bytes)).toEqual([{ at: 0, length: bytes.length, kind, ...(target === undefined ? {} : { target }) }])
})

test('what cannot be decoded is one byte long, and decoding goes on behind it', () => {
  const found = X86_DECODER.decode(code('90 06 eb 00 c3'))
  expect(found.map(({ at, length, kind, target }) => [at, length, kind, target])).toEqual([
    [0, 1, 'nop', undefined],
    [1, 1, 'invalid', undefined],
    [2, 2, 'jump', 4],
    [4, 1, 'return', undefined],
  ])
})

test.each([
  ['55', 'push %rbp'],
  ['76 26', 'jbe 0x401028'],
  ['06', '(bad)'],
])('%s is shown as %s', (hex, text) => {
  expect(X86_DECODER.show(code(hex), 0x401000n).replace(/0x0+/, '0x')).toBe(text)
})
