import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { alu64, atomic, callHelper, exit, immediate, jump, jumpAlways, load, loadImmediate64, mov64, register, store } from './construct.ts'
import { decodeInstructions } from './decode.ts'
import { encodeInstructions } from './encode.ts'
import type { Instruction, Reference, Register } from './instruction.ts'
import { LD_IMM64 } from './opcodes.ts'

const unresolved = (): never => {
  throw new Error('nothing to resolve')
}
const hex = (instructions: readonly Instruction[]) => Buffer.from(encodeInstructions(instructions, unresolved)).toString('hex')

describe('encodeInstructions', () => {
  // The bytes are those that clang and the kernel's own macros give.
  const cases: [string, Instruction, string][] = [
    ['r0 = 0', mov64(0, immediate(0)), 'b700000000000000'],
    ['r6 = r1', mov64(6, register(1)), 'bf16000000000000'],
    ['r1 += -8', alu64('add', 1, immediate(-8)), '07010000f8ffffff'],
    ['r2 = *(u64 *)(r1 + 112)', load(2, { base: 1, offset: 112, bytes: 8 }), '7912700000000000'],
    ['*(u32 *)(r10 - 4) = r3', store({ base: 10, offset: -4, bytes: 4 }, register(3)), '633afcff00000000'],
    ['*(u8 *)(r1 + 8) = 1', store({ base: 1, offset: 8, bytes: 1 }, immediate(1)), '7201080001000000'],
    ['if r0 == 0 goto +3', jump('jeq', { dst: 0, source: immediate(0) }, 3), '1500030000000000'],
    ['goto -2', jumpAlways(-2), '0500feff00000000'],
    ['call 14', callHelper(14), '850000000e000000'],
    ['exit', exit(), '9500000000000000'],
    ['lock *(u64 *)(r0 + 0) += r1', atomic('add', { base: 0, offset: 0, bytes: 8 }, 1), 'db10000000000000'],
    ['r1 = fetch_add', atomic('fetch_add', { base: 0, offset: 0, bytes: 8 }, 1), 'db10000001000000'],
    ['r0 = cmpxchg', atomic('cmpxchg', { base: 2, offset: 8, bytes: 4 }, 1), 'c3120800f1000000'],
    ['r1 = 0x1122334455667788 ll', loadImmediate64(1, 0x1122334455667788n), '18010000887766550000000044332211'],
  ]
  it.each(cases)('%s', (_name, instruction, bytes) => {
    expect(hex([instruction])).toBe(bytes)
  })

  const references: [string, Reference, { pseudo: 0 | 1 | 2; value: bigint }, string][] = [
    ['a map', { kind: 'map', map: 'm' }, { pseudo: 1, value: 7n }, '18110000070000000000000000000000'],
    [
      'a map value',
      { kind: 'map-value', map: 'm', offset: 16 },
      { pseudo: 2, value: 7n | (16n << 32n) },
      '18210000070000000000000010000000',
    ],
    ['a constant', { kind: 'constant', name: 'c' }, { pseudo: 0, value: -1n }, '18010000ffffffff00000000ffffffff'],
  ]
  it.each(references)('resolves %s', (_name, reference, resolved, bytes) => {
    const asked: Reference[] = []
    const resolve = (wanted: Reference) => {
      asked.push(wanted)
      return resolved
    }
    expect(Buffer.from(encodeInstructions([loadImmediate64(1, reference)], resolve)).toString('hex')).toBe(bytes)
    expect(asked).toEqual([reference])
  })

  it('refuses what does not fit', () => {
    expect(() => hex([jumpAlways(40_000)])).toThrow(/does not fit 16 bits/)
    expect(() => hex([mov64(0, immediate(1n << 40n))])).toThrow(/does not fit 32 bits/)
  })
})

const narrow = fc.record({
  opcode: fc.integer({ min: 0, max: 255 }).filter((opcode) => opcode !== LD_IMM64),
  dst: fc.integer({ min: 0, max: 10 }).map((number) => number as Register),
  src: fc.integer({ min: 0, max: 15 }),
  offset: fc.integer({ min: -0x8000, max: 0x7fff }),
  imm: fc.bigInt({ min: -0x8000_0000n, max: 0x7fff_ffffn }),
})
const wide = fc.record({
  opcode: fc.constant(LD_IMM64),
  dst: fc.integer({ min: 0, max: 10 }).map((number) => number as Register),
  src: fc.integer({ min: 0, max: 6 }),
  offset: fc.constant(0),
  imm: fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }),
})

describe('decodeInstructions', () => {
  it('is the inverse of encoding', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(narrow, wide)), (instructions) => {
        expect(decodeInstructions(encodeInstructions(instructions, unresolved))).toEqual(instructions)
      }),
    )
  })
  it.each([
    ['a cut instruction', 'b7000000'],
    ['half a wide load', '1801000088776655'],
    ['a register that does not exist', 'b70b000000000000'],
    ['a second slot that is not empty', '1801000000000000b700000000000000'],
  ])('refuses %s', (_name, bytes) => {
    expect(() => decodeInstructions(Buffer.from(bytes, 'hex'))).toThrow(/BPF program/)
  })
})
