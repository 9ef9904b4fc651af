/**
 * Integer arithmetic, exactly as JavaScript has it: `bigint` without limit (two registers, then a refusal), `number` as long
 * as it is a safe integer. Which result needs how many registers follows from the ranges.
 */
import type { Node } from 'acorn'
import type { BinaryOperator } from '../../compiler/ir/ir.ts'
import { addWide, bitwiseWide, multiplyWide, subtractWide, type WideInteger } from '../../compiler/lowering/wide-integers.ts'
import { divide, divideIntegers, remainder } from './division.ts'
import { wideOf } from './integers.ts'
import type { Lowering, Problem } from './lowering.ts'
import { bigintTooLarge, mixedTypes, numberTooLarge, unsupported, wrongType } from './problems.ts'
import {
  addRange,
  andRange,
  fits64,
  fits128,
  INT32_RANGE,
  multiplyRange,
  orRange,
  type Range,
  type RangeOperator,
  SAFE_RANGE,
  subtractRange,
  within,
} from './range.ts'
import { shift } from './shift.ts'
import { constantInt, type IntValue, intValue, knownInt, type Value } from './value.ts'

/** How one operator computes: its range, one register, two registers. */
interface Rule {
  readonly range: RangeOperator
  readonly operator: BinaryOperator
  readonly wide: (cx: Lowering, a: WideInteger, b: WideInteger) => WideInteger
  /** On values that are known. */
  readonly fold: (a: bigint, b: bigint) => bigint
}

const ADDITIVE: Readonly<Record<string, Rule>> = {
  '+': { range: addRange, operator: 'add', fold: (a, b) => a + b, wide: (cx, a, b) => addWide(cx.builder, a, b) },
  '-': { range: subtractRange, operator: 'sub', fold: (a, b) => a - b, wide: (cx, a, b) => subtractWide(cx.builder, a, b) },
  '*': { range: multiplyRange, operator: 'mul', fold: (a, b) => a * b, wide: (cx, a, b) => multiplyWide(cx.builder, a, b) },
}
const BITWISE: Readonly<Record<string, Rule>> = {
  '&': { range: andRange, operator: 'and', fold: (a, b) => a & b, wide: (cx, a, b) => bitwiseWide(cx.builder, 'and', [a, b]) },
  '|': { range: orRange, operator: 'or', fold: (a, b) => a | b, wide: (cx, a, b) => bitwiseWide(cx.builder, 'or', [a, b]) },
  '^': { range: orRange, operator: 'xor', fold: (a, b) => a ^ b, wide: (cx, a, b) => bitwiseWide(cx.builder, 'xor', [a, b]) },
}
const SHIFTS = new Set(['<<', '>>', '>>>'])

/** Lowers `a operator b` for an arithmetic operator. */
export function arithmetic(cx: Lowering, node: Node, [operator, a, b]: readonly [string, Value, Value]): Value {
  if (a.kind === 'error' || b.kind === 'error') return { kind: 'error' }
  if (operator === '+' && (isText(a) || isText(b)))
    return cx.report(node, unsupported('joining strings', 'emit the parts as fields of a record and join them in user space'))
  if (operator === '|' && a.kind === 'fraction' && b.kind === 'int' && knownInt(b) === 0n) return toInt32(cx, truncated(cx, a))
  if (a.kind !== 'int') return cx.report(sideOf(node, 'left'), wrongType('an integer', a))
  if (b.kind !== 'int') return cx.report(sideOf(node, 'right'), wrongType('an integer', b))
  if (a.numeric !== b.numeric) return cx.report(node, mixedTypes(operator, a, b))
  if (SHIFTS.has(operator)) return shift(cx, node, [operator, a, b])
  if (operator === '/' || operator === '%') return (operator === '/' ? divide : remainder)(cx, node, [a, b])
  if (operator === '**') return power(cx, node, [a, b])
  const rule = ADDITIVE[operator]
  if (rule !== undefined) return apply(cx, node, [rule, a, b])
  const bitwise = BITWISE[operator]
  if (bitwise === undefined) return cx.report(node, unsupported(`the operator ${operator}`, 'use + - * / % & | ^ << >>'))
  if (a.numeric === 'bigint') return apply(cx, node, [bitwise, a, b])
  return apply(cx, node, [bitwise, toInt32(cx, a), toInt32(cx, b)])
}

/** `a ** b` by an exponent that is known, as products. */
function power(cx: Lowering, node: Node, [a, b]: readonly [IntValue, IntValue]): Value {
  const exponent = knownInt(b)
  if (exponent === undefined || exponent < 0n || exponent > 127n) return cx.report(sideOf(node, 'right'), unknownExponent)
  let result: Value = constantInt(a.numeric, 1n)
  for (let count = 0n; count < exponent && result.kind !== 'error'; count++) result = arithmetic(cx, node, ['*', result, a])
  return result
}

const unknownExponent: Problem = {
  code: 'not-supported',
  message: 'the exponent must be a constant from 0 to 127',
  hint: 'of two: 1n << exponent',
}

/** Where an operand stands; the whole expression where it has but one. */
function sideOf(node: Node, side: 'left' | 'right'): Node {
  const operand: unknown = side in node ? Reflect.get(node, side) : undefined
  return (operand as Node | undefined) ?? node
}

/** `-a`. */
export function negate(cx: Lowering, node: Node, a: IntValue): Value {
  return arithmetic(cx, node, ['-', constantInt(a.numeric, 0n), a])
}
/** `~a`. */
export function complement(cx: Lowering, node: Node, a: IntValue): Value {
  return arithmetic(cx, node, ['^', a, constantInt(a.numeric, -1n)])
}

/** What JavaScript's ToInt32 makes of an integer number. */
export function toInt32(cx: Lowering, a: IntValue): IntValue {
  if (within(a.range, INT32_RANGE)) return a
  const known = knownInt(a)
  if (known !== undefined) return constantInt('number', BigInt.asIntN(32, known))
  const low = cx.builder.convert(cx.builder.convert(a.low, 'i32', { signed: true }), 'i64', { signed: true })
  return intValue('number', INT32_RANGE, low)
}

/** The quotient of two numbers without its fraction. Exact: both are below 2^53, so their rounded quotient never reaches the next integer. */
export function truncated(cx: Lowering, fraction: Value & { readonly kind: 'fraction' }): IntValue {
  return divideIntegers(cx, fraction.dividend, fraction.divisor).quotient
}

function apply(cx: Lowering, node: Node, [rule, a, b]: readonly [Rule, IntValue, IntValue]): Value {
  const range = rule.range(a.range, b.range)
  const problem = tooLarge(a.numeric, range)
  if (problem !== undefined) return cx.report(node, problem)
  const [known, other] = [knownInt(a), knownInt(b)]
  if (known !== undefined && other !== undefined) return constantInt(a.numeric, rule.fold(known, other))
  // Modulo 2^64 is enough wherever the exact result fits: high halves of operands do not matter then.
  if (fits64(range)) return withZero(rule, [a, b], intValue(a.numeric, range, cx.builder.binary(rule.operator, a.low, b.low)))
  const wide = rule.wide(cx, wideOf(cx.builder, a), wideOf(cx.builder, b))
  return withZero(rule, [a, b], intValue(a.numeric, range, wide.low, wide.high))
}

/** What the range cannot say: a product of what is not 0 is not 0, nor is the union of bits with some. */
function withZero({ operator }: Rule, [a, b]: readonly [IntValue, IntValue], result: IntValue): IntValue {
  const nonZero = (operator === 'mul' && a.nonZero && b.nonZero) || (operator === 'or' && (a.nonZero || b.nonZero))
  return nonZero ? { ...result, nonZero } : result
}
function tooLarge(numeric: 'number' | 'bigint', range: Range): Problem | undefined {
  if (numeric === 'number') return within(range, SAFE_RANGE) ? undefined : numberTooLarge(range)
  return fits128(range) ? undefined : bigintTooLarge()
}
function isText(value: Value): boolean {
  return value.kind === 'text' || value.kind === 'string'
}
