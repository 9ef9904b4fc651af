import { expect, test } from 'vitest'
import { ARM64_DECODER } from './arm64.ts'
import { findExits } from './function-code.ts'

/** Words as a disassembler prints them. */
function code(...words: number[]): Uint8Array {
  const bytes = new Uint8Array(words.length * 4)
  for (const [index, word] of words.entries()) new DataView(bytes.buffer).setUint32(index * 4, word, true)
  return bytes
}

test.each([
  ['nop', 0xd503201f, 'nop', undefined],
  ['ret', 0xd65f03c0, 'return', undefined],
  ['ret x16', 0xd65f0200, 'return', undefined],
  ['retaa', 0xd65f0bff, 'return', undefined],
  ['br x27', 0xd61f0360, 'register-jump', undefined],
  ['blr x2', 0xd63f0040, 'call', undefined],
  ['b +8', 0x14000002, 'jump', 8],
  ['b -4', 0x17ffffff, 'jump', -4],
  ['bl +0x100', 0x94000040, 'call', 256],
  ['b.ls +0x20', 0x54000109, 'branch', 32],
  ['cbz x0, +8', 0xb4000040, 'branch', 8],
  ['tbnz w1, #3, -8', 0x371fffc1, 'branch', -8],
  ['brk #0', 0xd4200000, 'trap', undefined],
  ['padding', 0x00000000, 'trap', undefined],
  ['ldr x16, [x28, #16]', 0xf9400b90, 'other', undefined],
  ['cmp sp, x16', 0xeb3063ff, 'other', undefined],
  ['str x30, [sp, #-32]!', 0xf81e0ffe, 'other', undefined],
])('%s', (_name, word, kind, target) => {
  expect(ARM64_DECODER.decode(code(word))).toEqual([{ at: 0, length: 4, kind, ...(target === undefined ? {} : { target }) }])
})

test('half a word is no instruction', () => {
  expect(ARM64_DECODER.decode(code(0xd503201f).subarray(0, 2))).toEqual([{ at: 0, length: 2, kind: 'invalid' }])
})

test('the way out of a Go function with a stack check', () => {
  // ldr x16,[x28,#16]; cmp sp,x16; b.ls 24; str; ldr; ret; mov x3,x30; bl morestack; b 0
  const bytes = code(0xf9400b90, 0xeb3063ff, 0x54000089, 0xf81e0ffe, 0xf84207fe, 0xd65f03c0, 0xaa1e03e3, 0x94001000, 0x17fffff8)
  expect(findExits(ARM64_DECODER.decode(bytes), { size: bytes.length })).toEqual({ exits: [{ at: 20, kind: 'return' }] })
})
