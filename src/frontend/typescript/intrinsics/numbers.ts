/**
 * The functions of JavaScript that convert and round integers.
 */
import type { CallExpression } from 'acorn'
import { select } from '../../../compiler/lowering/select.ts'
import { negate, toInt32, truncated } from '../arithmetic.ts'
import { compareIntegers } from '../compare.ts'
import type { Lowering, Problem } from '../lowering.ts'
import { mixedTypes, numberTooLarge, wrongType } from '../problems.ts'
import { INT64_RANGE, type Range, rangeOfBits, SAFE_RANGE, UINT64_RANGE, union, within } from '../range.ts'
import { constantInt, type IntValue, intValue, knownInt, type Value } from '../value.ts'
import { argumentValues } from './arguments.ts'

/** `BigInt(number)`. */
export function toBigInt(cx: Lowering, node: CallExpression): Value {
  const [value = UNKNOWN] = argumentValues(cx, node, [1, 1])
  if (value.kind === 'bool') return fromBoolean(cx, 'bigint', value.operand)
  if (value.kind !== 'int') return value.kind === 'error' ? value : cx.report(node.arguments[0] ?? node, wrongType('an integer', value))
  return { ...value, numeric: 'bigint' }
}

/** `Number(bigint)`, where the bigint is a safe integer. */
export function toNumber(cx: Lowering, node: CallExpression): Value {
  const [value = UNKNOWN] = argumentValues(cx, node, [1, 1])
  if (value.kind === 'bool') return fromBoolean(cx, 'number', value.operand)
  if (value.kind !== 'int') return value.kind === 'error' ? value : cx.report(node.arguments[0] ?? node, wrongType('an integer', value))
  if (!within(value.range, SAFE_RANGE)) return cx.report(node.arguments[0] ?? node, { ...numberTooLarge(value.range), hint: NARROW_FIRST })
  return { ...value, numeric: 'number' }
}

/** `Math.trunc` of an integer, or of the quotient of two. */
export function mathTrunc(cx: Lowering, node: CallExpression): Value {
  const [value = UNKNOWN] = argumentValues(cx, node, [1, 1])
  return round(cx, node, value)
}
/** `Math.floor`, where it is the same as `Math.trunc`: of a quotient that is not negative. */
export function mathFloor(cx: Lowering, node: CallExpression): Value {
  const [value = UNKNOWN] = argumentValues(cx, node, [1, 1])
  if (value.kind === 'fraction' && (value.dividend.range.min < 0n || value.divisor.range.min < 0n)) return cx.report(node, negativeFloor)
  return round(cx, node, value)
}
function round(cx: Lowering, node: CallExpression, value: Value): Value {
  if (value.kind === 'fraction') return truncated(cx, value)
  if (value.kind === 'error' || (value.kind === 'int' && value.numeric === 'number')) return value
  return cx.report(node.arguments[0] ?? node, wrongType('a number', value))
}

/** `Math.min` and `Math.max` of one number or more. */
export function mathExtreme(cx: Lowering, node: CallExpression, name: 'min' | 'max'): Value {
  const values = argumentValues(cx, node, [1, MOST_ARGUMENTS])
  if (values.some((value) => value.kind === 'error')) return UNKNOWN
  const wrong = values.findIndex((value) => value.kind !== 'int' || value.numeric !== 'number')
  if (wrong >= 0) return cx.report(node.arguments[wrong] ?? node, wrongType('a number', values[wrong]!))
  return values.reduce((a, b) => (a.kind === 'int' && b.kind === 'int' ? extremeOf(cx, node, [name, a, b]) : UNKNOWN))
}
function extremeOf(cx: Lowering, node: CallExpression, [name, a, b]: readonly ['min' | 'max', IntValue, IntValue]): Value {
  const first = compareIntegers(cx, name === 'min' ? '<' : '>', [a, b])
  if (first === undefined) return cx.report(node, mixedTypes(`Math.${name}`, a, b))
  if (first.kind === 'constant') return first.value !== 0n ? a : b
  return intValue('number', extremeRange(name, a.range, b.range), select(cx.builder, first, [a.low, b.low]))
}
function extremeRange(name: 'min' | 'max', a: Range, b: Range): Range {
  const pick = (x: bigint, y: bigint) => ((name === 'min' ? x < y : x > y) ? x : y)
  return { min: pick(a.min, b.min), max: pick(a.max, b.max) }
}

/** `Math.abs` of a number. */
export function mathAbs(cx: Lowering, node: CallExpression): Value {
  const [value = UNKNOWN] = argumentValues(cx, node, [1, 1])
  if (value.kind === 'error') return value
  if (value.kind !== 'int' || value.numeric !== 'number') return cx.report(node.arguments[0] ?? node, wrongType('a number', value))
  if (value.range.min >= 0n) return value
  const negative = negate(cx, node, value)
  if (negative.kind !== 'int') return negative
  const isNegative = cx.builder.compare('slt', value.low, cx.builder.i64(0))
  return intValue(
    'number',
    { min: 0n, max: union(value.range, negative.range).max },
    select(cx.builder, isNegative, [negative.low, value.low]),
  )
}

/** `Math.imul(a, b)`: the low 32 bits of the product, signed. */
export function mathImul(cx: Lowering, node: CallExpression): Value {
  const [a, b] = numbersOf(cx, node, 2)
  if (a === undefined || b === undefined) return UNKNOWN
  const product = cx.builder.binary('mul', toInt32(cx, a).low, toInt32(cx, b).low)
  return toInt32(cx, { ...intValue('number', INT64_RANGE, product) })
}

/** `Math.sign` of a number. */
export function mathSign(cx: Lowering, node: CallExpression): Value {
  const [a] = numbersOf(cx, node, 1)
  if (a === undefined) return UNKNOWN
  const { builder } = cx
  const isNegative = builder.compare('slt', a.low, builder.i64(0))
  const isPositive = builder.convert(builder.compare('sgt', a.low, builder.i64(0)), 'i64', { signed: false })
  return intValue(
    'number',
    { min: a.range.min < 0n ? -1n : 0n, max: a.range.max > 0n ? 1n : 0n },
    select(builder, isNegative, [builder.i64(-1), isPositive]),
  )
}

/** `Math.clz32` of a number: zeros in front of its 32 bits, by halving. */
export function mathClz32(cx: Lowering, node: CallExpression): Value {
  const [a] = numbersOf(cx, node, 1)
  if (a === undefined) return UNKNOWN
  const { builder } = cx
  let rest: IntValue['low'] = builder.binary('and', a.low, builder.i64(0xffff_ffff))
  let zeros: IntValue['low'] = builder.i64(32)
  for (const step of [16, 8, 4, 2, 1]) {
    const upper = builder.binary('lshr', rest, builder.i64(step))
    const isFilled = builder.compare('ne', upper, builder.i64(0))
    zeros = select(builder, isFilled, [builder.binary('sub', zeros, builder.i64(step)), zeros])
    rest = select(builder, isFilled, [upper, rest])
  }
  // What is left is 0 or 1.
  return intValue('number', { min: 0n, max: 32n }, builder.binary('sub', zeros, rest))
}

/** So many arguments, all numbers; undefined where that was reported. */
function numbersOf(cx: Lowering, node: CallExpression, count: number): readonly (IntValue | undefined)[] {
  return argumentValues(cx, node, [count, count]).map((value, index) => {
    if (value.kind === 'int' && value.numeric === 'number') return value
    if (value.kind !== 'error') cx.report(node.arguments[index] ?? node, wrongType('a number', value))
    return undefined
  })
}

/** `BigInt.asUintN(bits, value)` and `BigInt.asIntN`. */
export function wrap(cx: Lowering, node: CallExpression, signed: boolean): Value {
  const [bits = UNKNOWN, value = UNKNOWN] = argumentValues(cx, node, [2, 2])
  if (bits.kind === 'error' || value.kind === 'error') return UNKNOWN
  const width = bits.kind === 'int' && bits.numeric === 'number' ? knownInt(bits) : undefined
  if (width === undefined || width < 1n || width > 128n) return cx.report(node, badWidth)
  if (value.kind !== 'int' || value.numeric !== 'bigint') return cx.report(node.arguments[1] ?? node, wrongType('a bigint', value))
  const range = rangeOfBits(Number(width), signed)
  if (within(value.range, range)) return value
  if (width > 64n) return cx.report(node, badWidth)
  const known = knownInt(value)
  if (known !== undefined) return constantInt('bigint', signed ? BigInt.asIntN(Number(width), known) : BigInt.asUintN(Number(width), known))
  return cut(cx, value, { width, signed, range })
}

function cut(cx: Lowering, value: IntValue, to: { readonly width: bigint; readonly signed: boolean; readonly range: Range }): IntValue {
  const { builder } = cx
  // All 64 bits: the register is right already, only its meaning changes.
  if (to.width === 64n) return intValue('bigint', to.signed ? INT64_RANGE : UINT64_RANGE, value.low)
  if (!to.signed) return intValue('bigint', to.range, builder.binary('and', value.low, builder.i64(to.range.max)))
  const rest = builder.i64(64n - to.width)
  return intValue('bigint', to.range, builder.binary('ashr', builder.binary('shl', value.low, rest), rest))
}

function fromBoolean(cx: Lowering, numeric: 'number' | 'bigint', condition: IntValue['low']): Value {
  return intValue(numeric, { min: 0n, max: 1n }, cx.builder.convert(condition, 'i64', { signed: false }))
}

const UNKNOWN: Value = { kind: 'error' }
/** Arguments of `Math.min` and `Math.max`. */
const MOST_ARGUMENTS = 64
const NARROW_FIRST = 'cut it first, for example Number(BigInt.asUintN(32, value)), or store it as 64 bits and convert it in user space'
const negativeFloor: Problem = {
  code: 'negative-floor',
  message: 'Math.floor of a quotient that may be negative',
  hint: 'write Math.trunc(a / b), which rounds toward zero, or test the signs first',
}
const badWidth: Problem = {
  code: 'bad-width',
  message: 'the width must be a constant from 1 to 64',
}
