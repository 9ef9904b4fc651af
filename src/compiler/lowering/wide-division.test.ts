/**
 * Division of two registers against BigInt, in the interpreter: as lowered, and after all passes.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitraryWide, computeWide, signed128, unsigned128 } from '../../../test/support/wide-integers.ts'
import { divideWide } from './wide-division.ts'

const bits = (count: bigint) => (1n << count) - 1n

/** How long dividend and divisor may be, in bits, and which of them may be negative. */
const CASES = [
  [64n, 64n, 'unsigned', 'unsigned'],
  [64n, 64n, 'signed', 'signed'],
  [128n, 32n, 'unsigned', 'unsigned'],
  [127n, 32n, 'signed', 'unsigned'],
  [128n, 64n, 'unsigned', 'unsigned'],
  [127n, 64n, 'signed', 'signed'],
  [127n, 64n, 'unsigned', 'signed'],
] as const

describe('division', () => {
  it.each(CASES)('of %i bits by %i bits, %s by %s', (dividendBits, divisorBits, dividendSign, divisorSign) => {
    const divide = (a: bigint, b: bigint, result: 'quotient' | 'remainder') =>
      computeWide([a, b], (builder, dividend, divisor) => {
        const [x, y] = [
          { value: dividend, signed: dividendSign === 'signed', largest: bits(dividendBits) },
          { value: divisor, signed: divisorSign === 'signed', largest: bits(divisorBits) },
        ]
        return divideWide(builder, x, y)[result]
      })
    const check = (first: bigint, second: bigint, negative: readonly [boolean, boolean]) => {
      const [a, b] = [first & bits(dividendBits), second & bits(divisorBits)]
      const x = dividendSign === 'signed' && negative[0] ? -a : a
      const y = (divisorSign === 'signed' && negative[1] ? -b : b) || 1n
      expect(divide(x, y, 'quotient')).toBe(unsigned128(x / y))
      expect(divide(x, y, 'remainder')).toBe(unsigned128(x % y))
    }
    fc.assert(fc.property(arbitraryWide, arbitraryWide, fc.tuple(fc.boolean(), fc.boolean()), check), {
      numRuns: 60,
      endOnFailure: true,
      examples: [
        [bits(128n), bits(64n), [false, false]],
        [bits(128n), 1n, [true, true]],
        // Guesses of digits that are two too large (Hacker's Delight, divlu).
        [0x7fff_ffff_8000_0000_0000_0000_0000_0000n, 0x8000_0000_ffff_ffffn, [false, true]],
        [0x8000_0000_0000_0000_0000_0000_0000_0000n - 1n, 0x8000_0000_0000_0001n, [true, false]],
      ],
    })
  })
  it('answers what is signed as two registers', () => {
    expect(signed128(unsigned128(-7n))).toBe(-7n)
  })
})
