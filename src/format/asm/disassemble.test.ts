import { describe, expect, it } from 'vitest'
import {
  alu32,
  alu64,
  atomic,
  byteSwap,
  callFunction,
  callHelper,
  callKfunc,
  exit,
  immediate,
  jump,
  jump32,
  jumpAlways,
  load,
  loadFunction,
  loadImmediate64,
  loadSigned,
  movSigned,
  register,
  signedDivision,
  store,
  toEndian,
} from './construct.ts'
import { disassemble, formatInstruction } from './disassemble.ts'
import type { Instruction } from './instruction.ts'

describe('formatInstruction', () => {
  // As the kernel's print_bpf_insn writes them.
  const cases: [Instruction, string][] = [
    [alu64('mov', 0, immediate(0)), 'r0 = 0'],
    [alu32('mov', 1, register(2)), 'w1 = w2'],
    [alu64('arsh', 1, immediate(32)), 'r1 s>>= 32'],
    [alu64('neg', 3, immediate(0)), 'r3 = -r3'],
    [signedDivision('div', 1, register(2)), 'r1 s/= r2'],
    [movSigned(1, 2, 8), 'r1 = (s8)r2'],
    [byteSwap(1, 64), 'r1 = bswap64 r1'],
    [toEndian('big', 1, 16), 'r1 = be16 r1'],
    [load(1, { base: 6, offset: 112, bytes: 8 }), 'r1 = *(u64 *)(r6 +112)'],
    [loadSigned(1, { base: 6, offset: -2, bytes: 2 }), 'r1 = *(s16 *)(r6 -2)'],
    [store({ base: 10, offset: -8, bytes: 8 }, register(1)), '*(u64 *)(r10 -8) = r1'],
    [store({ base: 1, offset: 8, bytes: 1 }, immediate(1)), '*(u8 *)(r1 +8) = 1'],
    [atomic('add', { base: 0, offset: 0, bytes: 8 }, 1), 'lock *(u64 *)(r0 +0) += r1'],
    [atomic('fetch_or', { base: 0, offset: 0, bytes: 4 }, 1), 'w1 = atomic_fetch_or((u32 *)(r0 +0), w1)'],
    [atomic('xchg', { base: 0, offset: 8, bytes: 8 }, 1), 'r1 = atomic64_xchg((u64 *)(r0 +8), r1)'],
    [atomic('cmpxchg', { base: 2, offset: 0, bytes: 8 }, 1), 'r0 = atomic64_cmpxchg((u64 *)(r2 +0), r0, r1)'],
    [jump('jne', { dst: 0, source: immediate(0) }, 3), 'if r0 != 0 goto pc+3'],
    [jump32('jslt', { dst: 1, source: register(2) }, -3), 'if w1 s< w2 goto pc-3'],
    [jumpAlways(2), 'goto pc+2'],
    [callHelper(1), 'call bpf_map_lookup_elem#1'],
    [callHelper(9999), 'call unknown#9999'],
    [callFunction(12), 'call pc+12'],
    [callKfunc('bpf_iter_num_new'), 'call kfunc bpf_iter_num_new'],
    [loadFunction(2, -7), 'r2 = func pc-7'],
    [exit(), 'exit'],
    [loadImmediate64(1, -1n), 'r1 = 0xffffffffffffffff'],
    [loadImmediate64(1, { kind: 'map', map: '@' }), 'r1 = map[@]'],
    [loadImmediate64(1, { kind: 'map-value', map: 'cell', offset: 8 }), 'r1 = map[cell][0]+8'],
    [loadImmediate64(1, { kind: 'constant', name: 'start_ns' }), 'r1 = constant[start_ns]'],
  ]
  it.each(cases.map(([instruction, text]) => [text, instruction] as const))('%s', (text, instruction) => {
    expect(formatInstruction(instruction)).toBe(text)
  })
})

describe('disassemble', () => {
  it('numbers by slot: a wide load takes two', () => {
    expect(disassemble([loadImmediate64(1, 5n), alu64('mov', 0, immediate(0)), exit()])).toBe(
      '0: (18) r1 = 0x5\n2: (b7) r0 = 0\n3: (95) exit',
    )
  })
})
