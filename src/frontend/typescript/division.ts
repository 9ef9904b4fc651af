/**
 * Division and remainder: toward zero, the remainder with the sign of the dividend, as JavaScript has both. The divisor must
 * be proved not to be 0, because JavaScript then throws (bigint) or leaves the integers (number), and BPF answers 0.
 */
import type { Node } from 'acorn'
import { type DivisionOperand, divideWide } from '../../compiler/lowering/wide-division.ts'
import { wideOf } from './integers.ts'
import type { Lowering, Problem } from './lowering.ts'
import { maybeZero } from './problems.ts'
import { divideRange, INT64_RANGE, type Range, remainderRange, UINT64_RANGE, within } from './range.ts'
import { constantInt, type IntValue, intValue, knownInt, type Value } from './value.ts'

/** The largest magnitude of a divisor where the machine's own division is not enough. */
const LARGEST_DIVISOR = (1n << 64n) - 1n

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

/** Divides by a divisor that is not 0 (and below 2^64 where the dividend needs two registers). */
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
  if (common === undefined) return divideLong(cx, [a, b], ranges)
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

/** With signs or lengths that the machine does not have. */
function divideLong(cx: Lowering, [a, b]: readonly [IntValue, IntValue], ranges: { readonly quotient: Range; readonly remainder: Range }) {
  const { quotient, remainder } = divideWide(cx.builder, operandOf(cx, a), operandOf(cx, b))
  return {
    quotient: intValue(a.numeric, ranges.quotient, quotient.low, quotient.high),
    remainder: () => intValue(a.numeric, ranges.remainder, remainder.low, remainder.high),
  }
}

function operandOf(cx: Lowering, value: IntValue): DivisionOperand {
  return { value: wideOf(cx.builder, value), signed: value.range.min < 0n, largest: largestOf(value.range) }
}

/** The largest magnitude in a range. */
function largestOf({ min, max }: Range): bigint {
  return -min > max ? -min : max
}

function problemOf(a: IntValue, b: IntValue): Problem | undefined {
  if (!b.nonZero) return maybeZero(b.range)
  if (registerRange(a.range, b.range, divideRange(a.range, b.range)) !== undefined) return undefined
  if (knownInt(a) !== undefined && knownInt(b) !== undefined) return undefined
  return largestOf(b.range) <= LARGEST_DIVISOR ? undefined : wideDivision
}

const wideDivision: Problem = {
  code: 'wide-division',
  message: 'the divisor may need more than 64 bits',
  hint: 'cut it with BigInt.asUintN(64, ...) or BigInt.asIntN(64, ...) first',
}
