/**
 * Integers of up to 128 bits as one or two i64 operands: widening, and the operations that look at more than the low half.
 * Two's complement: an integer of one register is extended by its sign when its range has negative values, else by zeros.
 */
import type { FunctionBuilder } from '../../compiler/ir/builder.ts'
import { type BinaryOperator, constant, type Operand } from '../../compiler/ir/ir.ts'
import type { IntValue } from './value.ts'

/** Both halves of an integer. */
export interface Pair {
  readonly low: Operand
  readonly high: Operand
}

const zero = constant('i64', 0)

/** The two halves of an integer; the high one is made when the value has only one. */
export function pairOf(builder: FunctionBuilder, value: IntValue): Pair {
  if (value.high !== undefined) return { low: value.low, high: value.high }
  if (value.range.min >= 0n) return { low: value.low, high: zero }
  if (value.low.kind === 'constant') return { low: value.low, high: constant('i64', -1) }
  return { low: value.low, high: builder.binary('ashr', value.low, builder.i64(63)) }
}

/** An i1 as i64 0 or 1. */
export function bitOf(builder: FunctionBuilder, condition: Operand): Operand {
  return builder.convert(condition, 'i64', { signed: false })
}
/** An i64 0 or 1 as i1. */
export function conditionOf(builder: FunctionBuilder, bit: Operand): Operand {
  return builder.compare('ne', bit, zero)
}
/** `condition ? a : b`, for i64. */
export function select(builder: FunctionBuilder, condition: Operand, [a, b]: readonly [Operand, Operand]): Operand {
  const then = builder.block('select')
  const after = builder.block('selected')
  const from = builder.current
  builder.branch(condition, then, after)
  builder.moveTo(then)
  builder.jump(after)
  builder.moveTo(after)
  return builder.phi('i64', [
    { block: then, value: a },
    { block: from, value: b },
  ])
}

/** `a + b`, modulo 2^128. */
export function addPairs(builder: FunctionBuilder, a: Pair, b: Pair): Pair {
  const low = builder.binary('add', a.low, b.low)
  const carry = bitOf(builder, builder.compare('ult', low, a.low))
  return { low, high: builder.binary('add', builder.binary('add', a.high, b.high), carry) }
}
/** `a - b`, modulo 2^128. */
export function subtractPairs(builder: FunctionBuilder, a: Pair, b: Pair): Pair {
  const borrow = bitOf(builder, builder.compare('ult', a.low, b.low))
  const low = builder.binary('sub', a.low, b.low)
  return { low, high: builder.binary('sub', builder.binary('sub', a.high, b.high), borrow) }
}
/** `-a`, modulo 2^128. */
export function negatePair(builder: FunctionBuilder, a: Pair): Pair {
  return subtractPairs(builder, { low: zero, high: zero }, a)
}
/** The low 128 bits of the product, by 32-bit digits (Knuth, 4.3.1 algorithm M for two digits). */
export function multiplyPairs(builder: FunctionBuilder, a: Pair, b: Pair): Pair {
  const op = (operator: BinaryOperator, x: Operand, y: Operand) => builder.binary(operator, x, y)
  const mask = builder.i64(0xffffffff)
  const shift = builder.i64(32)
  const [a0, a1, b0, b1] = [op('and', a.low, mask), op('lshr', a.low, shift), op('and', b.low, mask), op('lshr', b.low, shift)]
  const lowest = op('mul', a0, b0)
  const middle = op('add', op('mul', a1, b0), op('lshr', lowest, shift))
  const other = op('add', op('mul', a0, b1), op('and', middle, mask))
  const carried = op('add', op('lshr', middle, shift), op('lshr', other, shift))
  const high = op('add', op('mul', a1, b1), carried)
  const crossed = op('add', op('mul', a.low, b.high), op('mul', a.high, b.low))
  return { low: op('mul', a.low, b.low), high: op('add', high, crossed) }
}

/** Both halves by one bitwise operator. */
export function bitwisePairs(builder: FunctionBuilder, operator: 'and' | 'or' | 'xor', [a, b]: readonly [Pair, Pair]): Pair {
  return { low: builder.binary(operator, a.low, b.low), high: builder.binary(operator, a.high, b.high) }
}

/** `a << count` for a count of 0 to 63 that need not be known. */
export function shiftLeftPair(builder: FunctionBuilder, a: Pair, count: Operand): Pair {
  const rest = builder.binary('sub', builder.i64(63), count)
  const over = builder.binary('lshr', builder.binary('lshr', a.low, builder.i64(1)), rest)
  const high = builder.binary('or', builder.binary('shl', a.high, count), over)
  return { low: builder.binary('shl', a.low, count), high }
}
/** `a >> count` for a count of 0 to 63; `signed` says how the high half is filled up. */
export function shiftRightPair(builder: FunctionBuilder, a: Pair, shift: { readonly count: Operand; readonly signed: boolean }): Pair {
  const { count, signed } = shift
  const rest = builder.binary('sub', builder.i64(63), count)
  const over = builder.binary('shl', builder.binary('shl', a.high, builder.i64(1)), rest)
  const low = builder.binary('or', builder.binary('lshr', a.low, count), over)
  return { low, high: builder.binary(signed ? 'ashr' : 'lshr', a.high, count) }
}

/** True when a and b are the same number (both halves made the same way). */
export function equalPairs(builder: FunctionBuilder, a: Pair, b: Pair): Operand {
  const low = builder.binary('xor', a.low, b.low)
  const high = builder.binary('xor', a.high, b.high)
  return builder.compare('eq', builder.binary('or', low, high), zero)
}
/** `a < b`; `signed` says how the high halves compare. */
export function lessPairs(builder: FunctionBuilder, [a, b]: readonly [Pair, Pair], signed: boolean): Operand {
  const less = bitOf(builder, builder.compare(signed ? 'slt' : 'ult', a.high, b.high))
  const equal = bitOf(builder, builder.compare('eq', a.high, b.high))
  const below = bitOf(builder, builder.compare('ult', a.low, b.low))
  return conditionOf(builder, builder.binary('or', less, builder.binary('and', equal, below)))
}

/** Divides an unsigned pair by an unsigned number below 2^32, digit by digit of 32 bits. */
export function dividePair(builder: FunctionBuilder, a: Pair, divisor: Operand): { readonly quotient: Pair; readonly remainder: Operand } {
  const shift = builder.i64(32)
  const mask = builder.i64(0xffffffff)
  const digits = [a.high, a.low].flatMap((half) => [builder.binary('lshr', half, shift), builder.binary('and', half, mask)])
  let remainder: Operand = zero
  const quotients = digits.map((digit) => {
    const dividend = builder.binary('or', builder.binary('shl', remainder, shift), digit)
    remainder = builder.binary('umod', dividend, divisor)
    return builder.binary('udiv', dividend, divisor)
  })
  const half = (upper: Operand, lower: Operand) => builder.binary('or', builder.binary('shl', upper, shift), lower)
  return { quotient: { high: half(quotients[0]!, quotients[1]!), low: half(quotients[2]!, quotients[3]!) }, remainder }
}
