import { describe, expect, test } from 'vitest'
import { findExits } from './function-code.ts'
import { X86_DECODER } from './x86.ts'

const code = (hex: string) => Uint8Array.from(hex.split(' ').map((byte) => Number.parseInt(byte, 16)))
const exitsOf = (hex: string, deferReturn?: number) => {
  const bytes = code(hex)
  return findExits(X86_DECODER.decode(bytes), { size: bytes.length, ...(deferReturn === undefined ? {} : { deferReturn }) })
}

describe('exits', () => {
  test.each([
    ['one return', '55 5d c3', [{ at: 2, kind: 'return' }]],
    ['two, and padding', '84 c0 74 01 c3 c3 cc cc cc', [4, 5].map((at) => ({ at, kind: 'return' }))],
    ['a stack check that comes back', '49 3b 66 10 76 03 55 5d c3 e8 00 10 00 00 eb f0', [{ at: 8, kind: 'return' }]],
    ['a tail call', '48 8b 00 e9 00 10 00 00', [{ at: 3, kind: 'jump', target: 0x1008 }]],
    ['a jump to its own start is none', '84 c0 74 02 eb fa c3', [{ at: 6, kind: 'return' }]],
    ['a nop before the return', '5d 90 c3', [{ at: 1, kind: 'return' }]],
    ['a nop that some paths jump over', '84 c0 74 01 90 c3', [{ at: 5, kind: 'return' }]],
    ['a long nop is left alone', '0f 1f 44 00 00 c3', [{ at: 5, kind: 'return' }]],
    ['none: a loop', 'eb fe', []],
    ['none: a call that never returns', 'e8 00 10 00 00 0f 0b', []],
    ['a table of jumps: whatever is a return', '76 05 ff 24 c1 31 c0 90 c3 c3', [8, 9].map((at) => ({ at, kind: 'return' }))],
    ['bytes that nothing leads to are no return', 'c3 90 c3', [{ at: 0, kind: 'return' }]],
  ])('%s', (_name, hex, exits) => {
    expect(exitsOf(hex)).toEqual({ exits })
  })
  test('behind a call of deferreturn, which the runtime jumps to', () => {
    // ret; nop; call deferreturn; pop; ret
    expect(exitsOf('c3 90 e8 fa 0f 00 00 5d c3', 0x1001)).toEqual({ exits: [0, 8].map((at) => ({ at, kind: 'return' })) })
    expect(exitsOf('c3 90 e8 fa 0f 00 00 5d c3')).toEqual({ exits: [{ at: 0, kind: 'return' }] })
  })
})

test.each([
  ['a conditional jump out of it', '74 40 c3', 'the conditional jump at +0 leaves it'],
  ['a jump by a register', '74 02 ff e0 c3', 'an address in a register'],
  ['a jump into an instruction', 'eb 01 48 c7 c0 c3 c3 c3 00', 'into the middle'],
  ['what cannot be decoded', '90 06', 'at +1 cannot be decoded'],
])('no answer: %s', (_name, hex, problem) => {
  expect(exitsOf(hex)).toEqual({ problem: expect.stringContaining(problem) })
})
