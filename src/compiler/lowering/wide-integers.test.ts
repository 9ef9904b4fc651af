/**
 * Arithmetic in two registers against BigInt, in the interpreter: as lowered, and after all passes.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitraryWide, computeWide, signed128, unsigned128 } from '../../../test/support/wide-integers.ts'
import { bitOf } from './select.ts'
import {
  addWide,
  bitwiseWide,
  equalWide,
  lessWide,
  multiplyFull,
  multiplyWide,
  negateWide,
  selectWide,
  subtractWide,
  widened,
} from './wide-integers.ts'
import { shiftLeftWide, shiftRightWide } from './wide-shifts.ts'

type Body = Parameters<typeof computeWide>[1]
type Case = readonly [name: string, body: Body, expected: (a: bigint, b: bigint) => bigint]

const low = (value: bigint) => BigInt.asUintN(64, value)
const lessThan = (a: bigint, b: bigint) => a < b
const truth = (condition: boolean) => (condition ? 1n : 0n)
const number = (low: ReturnType<typeof bitOf>) => ({ low, high: { kind: 'constant', type: 'i64', value: 0n } }) as const

/** Of unsigned a and b; results count modulo 2^128. */
const CASES: readonly Case[] = [
  ['a + b', (builder, a, b) => addWide(builder, a, b), (a, b) => a + b],
  ['a - b', (builder, a, b) => subtractWide(builder, a, b), (a, b) => a - b],
  ['-a', (builder, a) => negateWide(builder, a), (a) => -a],
  ['a * b', (builder, a, b) => multiplyWide(builder, a, b), (a, b) => a * b],
  ['the product of the low halves', (builder, a, b) => multiplyFull(builder, a.low, b.low), (a, b) => low(a) * low(b)],
  ['a & b', (builder, a, b) => bitwiseWide(builder, 'and', [a, b]), (a, b) => a & b],
  ['a | b', (builder, a, b) => bitwiseWide(builder, 'or', [a, b]), (a, b) => a | b],
  ['a ^ b', (builder, a, b) => bitwiseWide(builder, 'xor', [a, b]), (a, b) => a ^ b],
  ['a == b', (builder, a, b) => number(bitOf(builder, equalWide(builder, a, b))), (a, b) => truth(a === b)],
  ['a < b', (builder, a, b) => number(bitOf(builder, lessWide(builder, [a, b], { signed: false }))), (a, b) => truth(a < b)],
  [
    'a < b, signed',
    (builder, a, b) => number(bitOf(builder, lessWide(builder, [a, b], { signed: true }))),
    (a, b) => truth(signed128(a) < signed128(b)),
  ],
  [
    'a < b ? a : b',
    (builder, a, b) => selectWide(builder, lessWide(builder, [a, b], { signed: false }), [a, b]),
    (a, b) => (lessThan(a, b) ? a : b),
  ],
  ['the low half, without sign', (builder, a) => widened(builder, a.low, { signed: false }), low],
  ['the low half, with its sign', (builder, a) => widened(builder, a.low, { signed: true }), (a) => BigInt.asIntN(64, a)],
]

describe('two registers', () => {
  it.each(CASES)('%s', (_name, body, expected) => {
    fc.assert(
      fc.property(arbitraryWide, arbitraryWide, (a, b) => {
        expect(computeWide([a, b], body)).toBe(unsigned128(expected(a, b)))
      }),
      { numRuns: 40, examples: [[5n, 5n]] },
    )
  })
})

describe('shifts', () => {
  const RANGES = [
    [0n, 63n],
    [64n, 127n],
    [0n, 127n],
  ] as const
  it.each(RANGES)('by %i to %i', (min, max) => {
    fc.assert(
      fc.property(arbitraryWide, fc.bigInt({ min, max }), (a, count) => {
        const shifted = (body: Body) => computeWide([a, count], body)
        const by = (low: Parameters<Body>[2]) => ({ count: low.low, min, max })
        expect(shifted((builder, value, b) => shiftLeftWide(builder, value, by(b)))).toBe(unsigned128(a << count))
        expect(shifted((builder, value, b) => shiftRightWide(builder, value, { ...by(b), signed: false }))).toBe(a >> count)
        const signed = shifted((builder, value, b) => shiftRightWide(builder, value, { ...by(b), signed: true }))
        expect(signed).toBe(unsigned128(signed128(a) >> count))
      }),
      {
        numRuns: 40,
        examples: [
          [1n << 127n, max],
          [(1n << 128n) - 1n, min],
        ],
      },
    )
  })
})
