/**
 * Shifts. Of numbers they are 32-bit operations whose count is taken modulo 32; of bigints they are multiplications and
 * floored divisions by a power of two, with a count that may be anything that is known to be small enough.
 */
import type { Node } from 'acorn'
import type { Operand } from '../../compiler/ir/ir.ts'
import { select } from '../../compiler/lowering/select.ts'
import type { WideInteger } from '../../compiler/lowering/wide-integers.ts'
import { shiftLeftWide, shiftRightWide } from '../../compiler/lowering/wide-shifts.ts'
import { wideOf } from './integers.ts'
import type { Lowering, Problem } from './lowering.ts'
import { bigintTooLarge } from './problems.ts'
import { fits64, fits128, INT32_RANGE, type Range, UINT32_RANGE, union, within } from './range.ts'
import { constantInt, type IntValue, intValue, knownInt, type Value } from './value.ts'

/** Lowers `a << b`, `a >> b` or `a >>> b`. */
export function shift(cx: Lowering, node: Node, [operator, a, b]: readonly [string, IntValue, IntValue]): Value {
  if (a.numeric === 'number') return shiftNumber(cx, [operator, a, b])
  if (operator === '>>>') return cx.report(node, noUnsignedShift)
  const count = knownInt(b)
  const value = knownInt(a)
  if (count === undefined && b.range.min < 0n) return cx.report(node, countMayBeNegative)
  if (count !== undefined && count < 0n) {
    return shift(cx, node, [operator === '<<' ? '>>' : '<<', a, constantInt('bigint', -count)])
  }
  if (operator === '<<') {
    if (b.range.max > 127n && value !== 0n) return cx.report(node, bigintTooLarge())
    if (value !== undefined && count !== undefined) return checkedConstant(cx, node, value << count)
    return shiftLeft(cx, node, [a, b])
  }
  if (value !== undefined && count !== undefined) return constantInt('bigint', value >> count)
  return shiftRight(cx, node, [a, b])
}

function checkedConstant(cx: Lowering, node: Node, value: bigint): Value {
  return fits128({ min: value, max: value }) ? constantInt('bigint', value) : cx.report(node, bigintTooLarge())
}

function shiftNumber(cx: Lowering, [operator, a, b]: readonly [string, IntValue, IntValue]): Value {
  const { builder } = cx
  const result = operator === '>>>' ? UINT32_RANGE : INT32_RANGE
  const [left, right] = [knownInt(a), knownInt(b)]
  if (left !== undefined && right !== undefined) return constantInt('number', foldNumber(operator, [Number(left), Number(right)]))
  const word = builder.convert(a.low, 'i32', { signed: true })
  const count = builder.binary('and', builder.convert(b.low, 'i32', { signed: true }), builder.constant('i32', 31))
  const shifted = builder.binary(operator === '<<' ? 'shl' : operator === '>>' ? 'ashr' : 'lshr', word, count)
  const low = builder.convert(shifted, 'i64', { signed: operator !== '>>>' })
  return intValue('number', rangeOfNumberShift([operator, a.range, right], result), low)
}
function rangeOfNumberShift([operator, range, count]: readonly [string, Range, bigint | undefined], whole: Range): Range {
  const within32 = operator === '>>>' ? within(range, UINT32_RANGE) : within(range, INT32_RANGE)
  if (operator === '<<' || !within32 || count === undefined) return whole
  const bits = count & 31n
  return { min: range.min >> bits, max: range.max >> bits }
}
function foldNumber(operator: string, [a, b]: readonly [number, number]): bigint {
  return BigInt(operator === '<<' ? a << b : operator === '>>' ? a >> b : a >>> b)
}

function shiftLeft(cx: Lowering, node: Node, [a, b]: readonly [IntValue, IntValue]): Value {
  const ends = [b.range.min, b.range.max].map((count) => ({ min: a.range.min << count, max: a.range.max << count }))
  const range = union(ends[0]!, ends[1]!)
  if (!fits128(range)) return cx.report(node, bigintTooLarge())
  if (fits64(range) && b.range.max < 64n) return intValue('bigint', range, cx.builder.binary('shl', a.low, b.low))
  return fromWide(range, shiftLeftWide(cx.builder, wideOf(cx.builder, a), { count: b.low, ...b.range }))
}

function shiftRight(cx: Lowering, node: Node, [a, b]: readonly [IntValue, IntValue]): Value {
  const { min, max } = a.range
  const ends = [b.range.min, b.range.max < 128n ? b.range.max : 128n].map((count) => ({ min: min >> count, max: max >> count }))
  const range = union(ends[0]!, ends[1]!)
  const signed = min < 0n
  if (a.high === undefined) {
    const known = knownInt(b)
    if (known !== undefined && known > 63n && !signed) return constantInt('bigint', 0n)
    const count = clamp(cx, b)
    const shifted = cx.builder.binary(signed ? 'ashr' : 'lshr', a.low, count)
    return intValue('bigint', range, b.range.max > 63n && !signed ? zeroBeyond(cx, b, shifted) : shifted)
  }
  const known = knownInt(b)
  if (known !== undefined && known > 127n && !signed) return constantInt('bigint', 0n)
  const count = known === undefined || known < 128n ? b : constantInt('bigint', 127n)
  if (count.range.max > 127n) return cx.report(node, countMayBeLarge)
  return fromWide(range, shiftRightWide(cx.builder, wideOf(cx.builder, a), { count: count.low, ...count.range, signed }))
}

/** The count, at most 63: a signed value then shows only its sign. */
function clamp(cx: Lowering, count: IntValue): Operand {
  if (count.range.max < 64n) return count.low
  return select(cx.builder, beyond(cx, count), [cx.builder.i64(63), count.low])
}
function zeroBeyond(cx: Lowering, count: IntValue, shifted: Operand): Operand {
  return select(cx.builder, beyond(cx, count), [cx.builder.i64(0), shifted])
}
function beyond(cx: Lowering, count: IntValue): Operand {
  const low = cx.builder.compare('ugt', count.low, cx.builder.i64(63))
  if (count.high === undefined) return low
  const high = cx.builder.compare('ne', count.high, cx.builder.i64(0))
  const bits = [low, high].map((condition) => cx.builder.convert(condition, 'i64', { signed: false }))
  return cx.builder.compare('ne', cx.builder.binary('or', bits[0]!, bits[1]!), cx.builder.i64(0))
}

function fromWide(range: Range, value: WideInteger): IntValue {
  return intValue('bigint', range, value.low, value.high)
}

const noUnsignedShift: Problem = {
  code: 'not-supported',
  message: 'a bigint has no >>> in JavaScript',
  hint: 'write BigInt.asUintN(64, value) >> count',
}
const countMayBeNegative: Problem = {
  code: 'shift-count',
  message: 'the count of this shift may be negative',
  hint: 'limit it, for example with count & 63n',
}
const countMayBeLarge: Problem = {
  code: 'shift-count',
  message: 'the count of this shift may be 128 or more',
  hint: 'limit it, for example with count & 127n',
}
