import { describe, expect, it } from 'vitest'
import {
  alu32,
  alu64,
  atomic,
  byteSwap,
  callHelper,
  exit,
  immediate,
  jump,
  jumpAlways,
  load,
  loadImmediate64,
  mov64,
  movSigned,
  register,
  signedDivision,
  store,
  toEndian,
} from './construct.ts'
import type { Instruction } from './instruction.ts'
import { isaVersionOf, isNewAtomic } from './isa-version.ts'
import { CLASS, JMP, MODE, SIZE } from './opcodes.ts'

const place = { base: 1, offset: 0, bytes: 8 } as const
const raw = (opcode: number): Instruction => ({ opcode, dst: 1, src: 2, offset: 0, imm: 0n })

describe('isaVersionOf', () => {
  const cases: [number, string, Instruction][] = [
    [1, '64-bit arithmetic', alu64('mod', 1, register(2))],
    [1, '32-bit arithmetic', alu32('arsh', 1, immediate(3))],
    [1, 'a copy', mov64(1, register(2))],
    [1, 'a 64-bit immediate', loadImmediate64(1, -1n)],
    [1, 'a load', load(1, place)],
    [1, 'a store', store(place, immediate(1))],
    [1, 'host order', toEndian('big', 1, 64)],
    [1, 'a plain atomic addition', atomic('add', place, 1)],
    [1, 'a jump on greater', jump('jsgt', { dst: 1, source: immediate(0) }, 1)],
    [1, 'a jump on bits', jump('jset', { dst: 1, source: immediate(1) }, 1)],
    [1, 'a jump', jumpAlways(1)],
    [1, 'a call', callHelper(14)],
    [1, 'the end', exit()],
    [2, 'a jump on less', jump('jlt', { dst: 1, source: immediate(0) }, 1)],
    [2, 'a jump on signed less or equal', jump('jsle', { dst: 1, source: register(2) }, 1)],
    [3, 'a 32-bit jump', raw(CLASS.jmp32 | JMP.jeq)],
    [3, 'a 32-bit jump on less', raw(CLASS.jmp32 | JMP.jslt)],
    [4, 'signed division', signedDivision('div', 1, register(2))],
    [4, 'a move that extends the sign', movSigned(1, 2, 8)],
    [4, 'a load that extends the sign', raw(CLASS.ldx | MODE.memsx | SIZE.h)],
    [4, 'a byte swap', byteSwap(1, 32)],
    [4, 'a long jump', raw(CLASS.jmp32 | JMP.ja)],
  ]
  it.each(cases)('v%i: %s', (version, _name, instruction) => {
    expect(isaVersionOf(instruction)).toBe(version)
  })
})

it('tells the atomics that came later', () => {
  const operations = ['add', 'or', 'fetch_add', 'xchg', 'cmpxchg'] as const
  expect(operations.map((operation) => isNewAtomic(atomic(operation, place, 1)))).toEqual([false, true, true, true, true])
  expect(isNewAtomic(store(place, register(2)))).toBe(false)
})
