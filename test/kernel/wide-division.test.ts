/**
 * Division of 128 bits on the kernel: the verifier takes the function that does it, and it answers what BigInt answers.
 */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { divideWide } from '../../src/compiler/lowering/wide-division.ts'
import { needs } from '../support/needs.ts'
import { cell, FIRST, withCompiled, wordsOf } from '../support/run-compiled.ts'
import { arbitraryWide, unsigned128, wideFunction, wideInputs } from '../support/wide-integers.ts'

/** Signed 127 bits by signed 64 bits: `quotient ^ remainder`, so that both are computed. */
const divide = () =>
  wideFunction((builder, a, b) => {
    const operand = (value: typeof a, bits: bigint) => ({ value, signed: true, largest: (1n << bits) - 1n })
    const { quotient, remainder } = divideWide(builder, operand(a, 127n), operand(b, 64n))
    return { low: builder.binary('xor', quotient.low, remainder.low), high: builder.binary('xor', quotient.high, remainder.high) }
  })

it('of 128 bits by 64 bits', (context) => {
  needs(context, 'root')
  withCompiled(divide(), { maps: [cell('in', 32), cell('out', 16)] }, (loaded, run) => {
    fc.assert(
      fc.property(arbitraryWide, arbitraryWide, fc.boolean(), (first, second, negative) => {
        const a = (first >> 1n) * (negative ? -1n : 1n)
        const b = BigInt.asIntN(64, second) || 1n
        loaded.map('in').update(FIRST, [wideInputs([a, b])])
        run()
        const [low = 0n, high = 0n] = wordsOf(loaded, 'out')
        expect(low | (high << 64n)).toBe(unsigned128((a / b) ^ (a % b)))
      }),
      { numRuns: 2000, endOnFailure: true },
    )
  })
})
