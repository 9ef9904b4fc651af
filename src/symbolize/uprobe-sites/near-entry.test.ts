import { describe, expect, test } from 'vitest'
import { kernelSkill } from './execution.ts'
import { C_PRECIOUS, findNearEntry, GO_PRECIOUS } from './near-entry.ts'
import { readPlainInstruction } from './plain-instruction.ts'

const code = (hex: string) => Uint8Array.from(hex.split(' ').map((byte) => Number.parseInt(byte, 16)))
const kernel = kernelSkill([6, 18])
const near = (hex: string, { precious = C_PRECIOUS, walksStack = false } = {}) =>
  findNearEntry(code(hex), { kernel, precious, walksStack }).offset

describe('moved to an emulated instruction', () => {
  test.each([
    ['push %rbp behind endbr64', 'f3 0f 1e fa 55 c3', 4, 4],
    ['push %r15 behind endbr64: the caller would be lost', 'f3 0f 1e fa 41 57 c3', 4, 0],
    ['test, je', '48 85 ff 74 01 90 c3', 3, 0],
    ['a comparison with memory, jne', '83 3d 20 e2 13 00 ff 75 00 c3', 7, 0],
    ['a load to rax, test, je', '48 8b 05 68 e2 13 00 48 85 c0 74 00 c3', 10, 0],
    ['xor of eax, call', '31 c0 e8 00 10 00 00 c3', 2, 0],
  ])('%s', (_name, hex, offset, offsetForStacks) => {
    expect([near(hex), near(hex, { walksStack: true })]).toEqual([offset, offsetForStacks])
  })
  test('a Go function without a stack check', () => {
    expect(near('48 83 f8 08 77 01 90 c3', { precious: GO_PRECIOUS })).toBe(4)
  })
})

describe('left at the entry', () => {
  test.each([
    ['emulated itself', '55 48 89 e5 74 00 c3'],
    ['an argument is written', '89 f7 74 00 c3'],
    ['an argument is extended', '48 63 ff 74 00 c3'],
    ['the stack pointer is moved', '48 83 ec 18 74 00 c3'],
    ['memory is written', '48 83 05 00 00 00 00 01 74 00 c3'],
    ['memory is written by a move', '48 89 3d 00 00 00 00 74 00 c3'],
    ['a return comes first', '31 c0 c3 74 00 c3'],
    ['something jumps back to it', '48 85 ff 74 01 90 eb fb c3'],
    ['something jumps back between', '48 85 ff 74 01 48 85 f6 eb f9 c3'],
    ['a far jump back to it', '48 85 ff 74 05 e9 f9 ff ff ff c3'],
    ['a jump through a table', '48 85 ff 74 05 ff 24 c5 00 00 00 00 c3'],
    ['a part of it is elsewhere', '48 85 ff 0f 84 00 10 00 00 c3'],
    ['an instruction that is not read', '0f a2 74 00 c3'],
    ['cut off', '48 85'],
  ])('%s', (_name, hex) => {
    expect(near(hex)).toBe(0)
  })
  test('a result register that Go passes arguments in', () => {
    expect(near('31 c0 74 00 c3', { precious: GO_PRECIOUS })).toBe(0)
  })
})

test.each([
  ['endbr64', 'f3 0f 1e fa', 4, []],
  ['mov %rdi,%rax', '48 89 f8', 3, [0]],
  ['mov %rax,%r12', '49 89 c4', 3, [12]],
  ['mov (%rdi,%rsi,8),%rdx', '48 8b 14 f7', 4, [2]],
  ['mov 0x12345678(,%rsi,8),%rdx', '48 8b 14 f5 78 56 34 12', 8, [2]],
  ['mov %fs:0x28,%rax', '64 48 8b 04 25 28 00 00 00', 9, [0]],
  ['lea 0x10(%rsp),%r13', '4c 8d 6c 24 10', 5, [13]],
  ['mov $5,%r9d', '41 b9 05 00 00 00', 6, [9]],
  ['movabs', '48 b8 01 02 03 04 05 06 07 08', 10, [0]],
  ['cmpb $0,0x5(%rdi)', '80 7f 05 00', 4, []],
  ['cmpw $1,(%rdi)', '66 83 3f 01', 4, []],
  ['cmpw $0x1234,(%rdi)', '66 81 3f 34 12', 5, []],
  ['cmp $1,%al', '3c 01', 2, []],
  ['test $1,%al', 'a8 01', 2, []],
  ['testb $1,%dil', '40 f6 c7 01', 4, []],
  ['movzbl (%rdi),%eax', '0f b6 07', 3, [0]],
  ['and $-16,%rsp', '48 83 e4 f0', 4, [4]],
  ['movslq %esi,%rax', '48 63 c6', 3, [0]],
])('read by hand: %s', (_name, hex, length, writes) => {
  expect(readPlainInstruction(code(hex), 0)).toEqual({ length, writes })
})

test.each(['00 c0', '88 c0', 'f7 d8', '8f c0', '0f 05', 'c3', '0f 10 07', '06', '3e 8b 00'])('not read by hand: %s', (hex) => {
  expect(readPlainInstruction(code(`${hex} 00 00 00 00 00 00`), 0)).toBeUndefined()
})
