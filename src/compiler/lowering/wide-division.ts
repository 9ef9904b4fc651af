/**
 * Exact division of integers with or without sign in one or two registers: toward zero, the remainder with the sign of the
 * dividend. Magnitudes are divided in the cheapest way that is long enough, then signs are put back.
 */
import type { FunctionBuilder } from '../ir/builder.ts'
import { constant, type Operand } from '../ir/ir.ts'
import { divideByDigit, divideByWord, type WideQuotient } from './long-division.ts'
import { negateWide, selectWide, type WideInteger } from './wide-integers.ts'

/** An operand of a division. */
export interface DivisionOperand {
  readonly value: WideInteger
  /** True when it may be negative; its highest bit then says so. */
  readonly signed: boolean
  /** Its magnitude is at most this; at most 2^128 - 1 for a dividend, 2^64 - 1 for a divisor. */
  readonly largest: bigint
}

/** Quotient and remainder. */
export interface WideDivision {
  readonly quotient: WideInteger
  readonly remainder: WideInteger
}

const ZERO = constant('i64', 0)
const LARGEST_DIGIT = (1n << 32n) - 1n
const LARGEST_WORD = (1n << 64n) - 1n

/** `a / b` and `a % b`; `b` is not 0. */
export function divideWide(builder: FunctionBuilder, a: DivisionOperand, b: DivisionOperand): WideDivision {
  const [dividend, divisor] = [magnitudeOf(builder, a), magnitudeOf(builder, b)]
  const { quotient, remainder } = divideMagnitudes(builder, [dividend.value, a.largest], [divisor.value.low, b.largest])
  return {
    quotient: withSign(builder, quotient, oneOf(builder, dividend.negative, divisor.negative)),
    remainder: withSign(builder, { low: remainder, high: ZERO }, dividend.negative),
  }
}

function divideMagnitudes(
  builder: FunctionBuilder,
  [dividend, largest]: readonly [WideInteger, bigint],
  [divisor, largestDivisor]: readonly [Operand, bigint],
): WideQuotient {
  if (largest > LARGEST_WORD) return (largestDivisor > LARGEST_DIGIT ? divideByWord : divideByDigit)(builder, dividend, divisor)
  const low = builder.binary('udiv', dividend.low, divisor)
  return { quotient: { low, high: ZERO }, remainder: builder.binary('umod', dividend.low, divisor) }
}

/** A magnitude, and the i1 that says whether the value was negative; undefined when it cannot be. */
interface Magnitude {
  readonly value: WideInteger
  readonly negative: Operand | undefined
}

function magnitudeOf(builder: FunctionBuilder, { value, signed }: DivisionOperand): Magnitude {
  if (!signed) return { value, negative: undefined }
  const negative = builder.compare('slt', value.high, ZERO)
  return { value: selectWide(builder, negative, [negateWide(builder, value), value]), negative }
}

/** True when exactly one of two conditions holds. */
function oneOf(builder: FunctionBuilder, a: Operand | undefined, b: Operand | undefined): Operand | undefined {
  return a === undefined || b === undefined ? (a ?? b) : builder.binary('xor', a, b)
}

function withSign(builder: FunctionBuilder, value: WideInteger, negative: Operand | undefined): WideInteger {
  return negative === undefined ? value : selectWide(builder, negative, [negateWide(builder, value), value])
}
