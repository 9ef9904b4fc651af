/**
 * Division of integers in two registers (`wide-integers.ts`). BPF divides 64 bits by 64 bits, so a longer division goes digit
 * by digit of 32 bits.
 */
import { FunctionBuilder } from '../ir/builder.ts'
import { type BinaryOperator, constant, type IrFunction, type Operand } from '../ir/ir.ts'
import { bitOf, conditionOf, select } from './select.ts'
import type { WideInteger } from './wide-integers.ts'

/** What a division yields. */
export interface WideQuotient {
  readonly quotient: WideInteger
  readonly remainder: Operand
}

const ZERO = constant('i64', 0)

/** Unsigned `a / divisor` for a divisor of 1 to 2^32 - 1: four digits, some 30 instructions. */
export function divideByDigit(builder: FunctionBuilder, a: WideInteger, divisor: Operand): WideQuotient {
  const digit = builder.i64(32)
  const mask = builder.i64(0xffff_ffff)
  const digits = [a.high, a.low].flatMap((half) => [builder.binary('lshr', half, digit), builder.binary('and', half, mask)])
  let remainder: Operand = ZERO
  const [q3, q2, q1, q0] = digits.map((next) => {
    const dividend = builder.binary('or', builder.binary('shl', remainder, digit), next)
    remainder = builder.binary('umod', dividend, divisor)
    return builder.binary('udiv', dividend, divisor)
  }) as [Operand, Operand, Operand, Operand]
  const half = (upper: Operand, lower: Operand) => builder.binary('or', builder.binary('shl', upper, digit), lower)
  return { quotient: { high: half(q3, q2), low: half(q1, q0) }, remainder }
}

/** Unsigned `a / divisor` for a divisor of 1 to 2^64 - 1. The upper half is divided as it is; the rest is `quotientFunction`. */
export function divideByWord(builder: FunctionBuilder, a: WideInteger, divisor: Operand): WideQuotient {
  const rest = builder.binary('umod', a.high, divisor)
  const low = builder.callFunction(builder.sharedFunction(quotientFunction), [rest, a.low, divisor])
  const remainder = builder.binary('sub', a.low, builder.binary('mul', low, divisor))
  return { quotient: { low, high: builder.binary('udiv', a.high, divisor) }, remainder }
}

/**
 * `divide_wide(high, low, divisor)`, some 150 instructions, all run once: the quotient of `high * 2^64 + low`, where `high < divisor`, so that it fits 64 bits. Knuth
 * 4.3.1, algorithm D, for two digits of 32 bits: the divisor is shifted up until its top bit is set; each digit is then guessed from
 * the upper half of the divisor, and the guess is at most two too large.
 */
function quotientFunction(): IrFunction {
  const builder = new FunctionBuilder('divide_wide', ['i64', 'i64', 'i64'])
  const [high, low, divisor] = [0, 1, 2].map((index) => builder.parameter(index)) as [Operand, Operand, Operand]
  const op = (operator: BinaryOperator, x: Operand, y: Operand) => builder.binary(operator, x, y)
  const digit = builder.i64(32)
  const mask = builder.i64(0xffff_ffff)
  const { shift, shifted } = normalised(builder, divisor)
  const over = op('lshr', op('lshr', low, builder.i64(1)), op('sub', builder.i64(63), shift))
  const top = op('or', op('shl', high, shift), over)
  const rest = op('shl', low, shift)
  const upper = quotientDigit(builder, { dividend: top, next: op('lshr', rest, digit), divisor: shifted })
  const middle = op('sub', op('or', op('shl', top, digit), op('lshr', rest, digit)), op('mul', upper, shifted))
  const lower = quotientDigit(builder, { dividend: middle, next: op('and', rest, mask), divisor: shifted })
  builder.return(op('or', op('shl', upper, digit), lower))
  return builder.function
}

/** Shifts a divisor up until its top bit is set; answers by how much. */
function normalised(builder: FunctionBuilder, divisor: Operand): { readonly shift: Operand; readonly shifted: Operand } {
  let [shift, shifted]: [Operand, Operand] = [ZERO, divisor]
  for (const step of [32, 16, 8, 4, 2, 1]) {
    const small = builder.compare('ult', shifted, builder.i64(1n << BigInt(64 - step)))
    const by = select(builder, small, [builder.i64(step), ZERO])
    shifted = builder.binary('shl', shifted, by)
    shift = builder.binary('add', shift, by)
  }
  return { shift, shifted }
}

/** One digit of the quotient of `dividend * 2^32 + next`; the divisor's top bit is set. */
function quotientDigit(
  builder: FunctionBuilder,
  { dividend, next, divisor }: { readonly dividend: Operand; readonly next: Operand; readonly divisor: Operand },
): Operand {
  const op = (operator: BinaryOperator, x: Operand, y: Operand) => builder.binary(operator, x, y)
  const digit = builder.i64(32)
  const [upper, lower] = [op('lshr', divisor, digit), op('and', divisor, builder.i64(0xffff_ffff))]
  let guess: Operand = op('udiv', dividend, upper)
  let rest: Operand = op('sub', dividend, op('mul', guess, upper))
  for (let round = 0; round < 2; round++) {
    const isLarge = bitOf(builder, builder.compare('ugt', guess, builder.i64(0xffff_ffff)))
    const product = op('mul', guess, lower)
    const exceeds = bitOf(builder, builder.compare('ugt', product, op('or', op('shl', rest, digit), next)))
    // When what is left takes more than a digit, the guess is right.
    const fits = bitOf(builder, builder.compare('ult', rest, builder.i64(1n << 32n)))
    const correction = op('and', op('or', isLarge, exceeds), fits)
    guess = op('sub', guess, correction)
    rest = op('add', rest, select(builder, conditionOf(builder, correction), [upper, ZERO]))
  }
  return guess
}
