/**
 * Integers of 128 bits in two registers, in two's complement: what a source language that computes exactly needs where 64
 * bits do not hold a result. All arithmetic is modulo 2^128; nothing asks for a sign but where it is said.
 */
import type { FunctionBuilder } from '../ir/builder.ts'
import { type BinaryOperator, constant, type Operand } from '../ir/ir.ts'
import { bitOf, conditionOf, select } from './select.ts'

/** Both halves of an integer, i64 each. */
export interface WideInteger {
  readonly low: Operand
  readonly high: Operand
}

const ZERO = constant('i64', 0)
const ONES = constant('i64', -1)

/** A 64-bit integer as a wide one. */
export function widened(builder: FunctionBuilder, low: Operand, { signed }: { readonly signed: boolean }): WideInteger {
  if (!signed) return { low, high: ZERO }
  if (low.kind === 'constant') return { low, high: low.value >> 63n === 0n ? ZERO : ONES }
  return { low, high: builder.binary('ashr', low, builder.i64(63)) }
}

/** `condition ? a : b`. */
export function selectWide(builder: FunctionBuilder, condition: Operand, [a, b]: readonly [WideInteger, WideInteger]): WideInteger {
  const low = select(builder, condition, [a.low, b.low])
  return { low, high: select(builder, condition, [a.high, b.high]) }
}

/** `a + b`. */
export function addWide(builder: FunctionBuilder, a: WideInteger, b: WideInteger): WideInteger {
  const low = builder.binary('add', a.low, b.low)
  const carry = bitOf(builder, builder.compare('ult', low, a.low))
  return { low, high: builder.binary('add', builder.binary('add', a.high, b.high), carry) }
}

/** `a - b`. */
export function subtractWide(builder: FunctionBuilder, a: WideInteger, b: WideInteger): WideInteger {
  const borrow = bitOf(builder, builder.compare('ult', a.low, b.low))
  const low = builder.binary('sub', a.low, b.low)
  return { low, high: builder.binary('sub', builder.binary('sub', a.high, b.high), borrow) }
}

/** `-a`. */
export function negateWide(builder: FunctionBuilder, a: WideInteger): WideInteger {
  return subtractWide(builder, { low: ZERO, high: ZERO }, a)
}

/** `a * b`, by 32-bit digits (Knuth, The Art of Computer Programming 4.3.1, algorithm M for two digits). */
export function multiplyWide(builder: FunctionBuilder, a: WideInteger, b: WideInteger): WideInteger {
  const { low, high } = multiplyFull(builder, a.low, b.low)
  const crossed = builder.binary('add', builder.binary('mul', a.low, b.high), builder.binary('mul', a.high, b.low))
  return { low, high: builder.binary('add', high, crossed) }
}

/** The whole product of two unsigned 64-bit integers. */
export function multiplyFull(builder: FunctionBuilder, a: Operand, b: Operand): WideInteger {
  const op = (operator: BinaryOperator, x: Operand, y: Operand) => builder.binary(operator, x, y)
  const mask = builder.i64(0xffff_ffff)
  const digit = builder.i64(32)
  const [a0, a1, b0, b1] = [op('and', a, mask), op('lshr', a, digit), op('and', b, mask), op('lshr', b, digit)]
  const lowest = op('mul', a0, b0)
  const middle = op('add', op('mul', a1, b0), op('lshr', lowest, digit))
  const other = op('add', op('mul', a0, b1), op('and', middle, mask))
  const carried = op('add', op('lshr', middle, digit), op('lshr', other, digit))
  return { low: op('mul', a, b), high: op('add', op('mul', a1, b1), carried) }
}

/** Both halves by one bitwise operator. */
export function bitwiseWide(
  builder: FunctionBuilder,
  operator: 'and' | 'or' | 'xor',
  [a, b]: readonly [WideInteger, WideInteger],
): WideInteger {
  return { low: builder.binary(operator, a.low, b.low), high: builder.binary(operator, a.high, b.high) }
}

/** `a == b`; i1. */
export function equalWide(builder: FunctionBuilder, a: WideInteger, b: WideInteger): Operand {
  const low = builder.binary('xor', a.low, b.low)
  const high = builder.binary('xor', a.high, b.high)
  return builder.compare('eq', builder.binary('or', low, high), ZERO)
}

/** `a < b`, of signed or unsigned integers; i1. */
export function lessWide(
  builder: FunctionBuilder,
  [a, b]: readonly [WideInteger, WideInteger],
  { signed }: { readonly signed: boolean },
): Operand {
  const less = bitOf(builder, builder.compare(signed ? 'slt' : 'ult', a.high, b.high))
  const equal = bitOf(builder, builder.compare('eq', a.high, b.high))
  const below = bitOf(builder, builder.compare('ult', a.low, b.low))
  return conditionOf(builder, builder.binary('or', less, builder.binary('and', equal, below)))
}
