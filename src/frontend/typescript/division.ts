/**
 * Division and remainder: toward zero, the remainder with the sign of the dividend, as JavaScript has both. The divisor must
 * be proved not to be 0, because JavaScript then throws (bigint) or leaves the integers (number), and BPF answers 0.
 */
import type { Node } from 'acorn'
import { constant } from '../../compiler/ir/ir.ts'
import { bitOf, dividePair, negatePair, type Pair, pairOf, select } from './integers.ts'
import type { Lowering, Problem } from './lowering.ts'
import { maybeZero } from './problems.ts'
import { divideRange, fits64, INT64_RANGE, type Range, remainderRange, UINT64_RANGE, within } from './range.ts'
import { constantInt, type IntValue, intValue, knownInt, type Value } from './value.ts'

/** The largest divisor of a dividend that takes two registers. */
const NARROW_DIVISOR = (1n << 32n) - 1n

/** `a / b`: exact for bigint, a fraction (to be rounded by the caller's Math.trunc) for numbers. */
export function divide(cx: Lowering, node: Node, [a, b]: readonly [IntValue, IntValue]): Value {
  const problem = problemOf(a, b)
  if (problem !== undefined) return cx.report(node, problem)
  if (a.numeric === 'number') return { kind: 'fraction', dividend: a, divisor: b }
  return divideIntegers(cx, a, b).quotient
}

/** `a % b`. */
export function remainder(cx: Lowering, node: Node, [a, b]: readonly [IntValue, IntValue]): Value {
  const problem = problemOf(a, b)
  return problem === undefined ? divideIntegers(cx, a, b).remainder() : cx.report(node, problem)
}

/** Divides by a divisor that is not 0 (and below 2^32 where the dividend needs two registers). */
export function divideIntegers(
  cx: Lowering,
  a: IntValue,
  b: IntValue,
): { readonly quotient: IntValue; readonly remainder: () => IntValue } {
  const [dividend, divisor] = [knownInt(a), knownInt(b)]
  if (dividend !== undefined && divisor !== undefined) {
    return { quotient: constantInt(a.numeric, dividend / divisor), remainder: () => constantInt(a.numeric, dividend % divisor) }
  }
  const ranges = { quotient: divideRange(a.range, b.range), remainder: remainderRange(a.range, b.range) }
  const common = registerRange(a.range, b.range, ranges.quotient)
  if (common === undefined) return divideWide(cx, [a, b], ranges)
  const { builder } = cx
  const signed = common === INT64_RANGE
  return {
    quotient: intValue(a.numeric, ranges.quotient, builder.binary(signed ? 'sdiv' : 'udiv', a.low, b.low)),
    remainder: () => intValue(a.numeric, ranges.remainder, builder.binary(signed ? 'smod' : 'umod', a.low, b.low)),
  }
}

/** The 64-bit type in which the machine's own division gives the exact answer. */
function registerRange(a: Range, b: Range, quotient: Range): Range | undefined {
  if (within(a, UINT64_RANGE) && within(b, UINT64_RANGE)) return UINT64_RANGE
  // -(2^63) / -1 is the one quotient of 64-bit numbers that does not fit: its range says so.
  return within(a, INT64_RANGE) && within(b, INT64_RANGE) && within(quotient, INT64_RANGE) ? INT64_RANGE : undefined
}

function divideWide(cx: Lowering, [a, b]: readonly [IntValue, IntValue], ranges: { readonly quotient: Range; readonly remainder: Range }) {
  const { builder } = cx
  const dividend = magnitudeOf(cx, a)
  const divisor = magnitudeOf(cx, b)
  const unsigned = dividePair(builder, dividend.pair, divisor.pair.low)
  const quotient = withSign(cx, unsigned.quotient, builder.binary('xor', dividend.negative, divisor.negative))
  return {
    quotient: intValue(a.numeric, ranges.quotient, quotient.low, quotient.high),
    remainder: () => {
      const signed = withSign(cx, { low: unsigned.remainder, high: constant('i64', 0) }, dividend.negative)
      return intValue(a.numeric, ranges.remainder, signed.low, signed.high)
    },
  }
}

/** |value|, and whether it was negative (i64 0 or 1). */
function magnitudeOf(cx: Lowering, value: IntValue) {
  const pair = pairOf(cx.builder, value)
  if (value.range.min >= 0n) return { pair, negative: constant('i64', 0) }
  const isNegative = cx.builder.compare('slt', pair.high, cx.builder.i64(0))
  return { pair: choose(cx, isNegative, [negatePair(cx.builder, pair), pair]), negative: bitOf(cx.builder, isNegative) }
}
function withSign(cx: Lowering, pair: Pair, negative: Pair['low']): Pair {
  if (negative.kind === 'constant' && negative.value === 0n) return pair
  const isNegative = cx.builder.compare('ne', negative, cx.builder.i64(0))
  return choose(cx, isNegative, [negatePair(cx.builder, pair), pair])
}
function choose(cx: Lowering, condition: Pair['low'], [a, b]: readonly [Pair, Pair]): Pair {
  const low = select(cx.builder, condition, [a.low, b.low])
  return { low, high: select(cx.builder, condition, [a.high, b.high]) }
}

function problemOf(a: IntValue, b: IntValue): Problem | undefined {
  if (!b.nonZero) return maybeZero(b.range)
  if (registerRange(a.range, b.range, divideRange(a.range, b.range)) !== undefined) return undefined
  const fits = b.range.max <= NARROW_DIVISOR && b.range.min >= -NARROW_DIVISOR
  if (knownInt(a) !== undefined && knownInt(b) !== undefined) return undefined
  return fits ? undefined : wideDivision(fits64(a.range))
}

const wideDivision = (narrow: boolean): Problem => ({
  code: 'wide-division',
  message: narrow
    ? 'this division needs more than 64 bits, and its divisor may not be below 2^32'
    : 'the dividend may need more than 64 bits, and the divisor may not be below 2^32',
  hint: 'cut the operands with BigInt.asUintN(64, ...) or BigInt.asIntN(64, ...) first, or test that they are not negative',
})
