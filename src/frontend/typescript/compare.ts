/**
 * Comparisons of integers, booleans and strings, and what a path learns from their outcome. Strict ones only, but for the
 * tests against `undefined`: `==` between values of one type is a habit that hides conversions.
 */
import type { Operand, Predicate } from '../../compiler/ir/ir.ts'
import { constant } from '../../compiler/ir/ir.ts'
import { equalWide, lessWide } from '../../compiler/lowering/wide-integers.ts'
import { wideOf } from './integers.ts'
import type { Lowering } from './lowering.ts'
import { fits128, INT64_RANGE, intersect, type Range, UINT64_RANGE, union, within } from './range.ts'
import { type IntValue, intValue, knownInt } from './value.ts'

/** How two integers compare. */
export type Relation = '<' | '<=' | '>' | '>=' | '===' | '!=='

/** The relation that holds when the other does not. */
export const OPPOSITE: Readonly<Record<Relation, Relation>> = { '<': '>=', '<=': '>', '>': '<=', '>=': '<', '===': '!==', '!==': '===' }
/** The relation with its sides swapped. */
export const MIRRORED: Readonly<Record<Relation, Relation>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '===': '===', '!==': '!==' }

const UNSIGNED: Readonly<Record<Relation, Predicate>> = { '<': 'ult', '<=': 'ule', '>': 'ugt', '>=': 'uge', '===': 'eq', '!==': 'ne' }
const SIGNED: Readonly<Record<Relation, Predicate>> = { '<': 'slt', '<=': 'sle', '>': 'sgt', '>=': 'sge', '===': 'eq', '!==': 'ne' }

/** Compares two integers exactly, whatever their widths and signs; i1. Undefined when not even 128 bits are enough. */
export function compareIntegers(cx: Lowering, relation: Relation, [a, b]: readonly [IntValue, IntValue]): Operand | undefined {
  const decided = decide(relation, a.range, b.range)
  if (decided !== undefined) return constant('i1', decided ? 1 : 0)
  const range = union(a.range, b.range)
  if (within(range, UINT64_RANGE)) return cx.builder.compare(UNSIGNED[relation], a.low, b.low)
  if (within(range, INT64_RANGE)) return cx.builder.compare(SIGNED[relation], a.low, b.low)
  if (!fits128(range)) return undefined
  return compareWide(cx, relation, { a, b, signed: range.min < 0n })
}

function compareWide(
  cx: Lowering,
  relation: Relation,
  sides: { readonly a: IntValue; readonly b: IntValue; readonly signed: boolean },
): Operand {
  const { builder } = cx
  const a = wideOf(builder, sides.a)
  const b = wideOf(builder, sides.b)
  if (relation === '===') return equalWide(builder, a, b)
  if (relation === '!==') return not(cx, equalWide(builder, a, b))
  const less = lessWide(builder, relation === '<' || relation === '>=' ? [a, b] : [b, a], sides)
  return relation === '<' || relation === '>' ? less : not(cx, less)
}

/** The opposite of an i1. */
function not(cx: Lowering, condition: Operand): Operand {
  if (condition.kind === 'constant') return constant('i1', condition.value === 0n ? 1 : 0)
  const bit = cx.builder.convert(condition, 'i64', { signed: false })
  return cx.builder.compare('eq', bit, cx.builder.i64(0))
}

function decide(relation: Relation, a: Range, b: Range): boolean | undefined {
  if (relation === '===') return intersect(a, b) === undefined ? false : bothKnown(a, b)
  if (relation === '!==') return intersect(a, b) === undefined ? true : bothKnown(a, b) === true ? false : undefined
  if (relation === '<') return a.max < b.min ? true : a.min >= b.max ? false : undefined
  if (relation === '>') return decide('<', b, a)
  const opposite = decide(OPPOSITE[relation], a, b)
  return opposite === undefined ? undefined : !opposite
}
function bothKnown(a: Range, b: Range): true | undefined {
  return a.min === a.max && b.min === b.max ? true : undefined
}

/** What is known of `a` where `a relation b` holds; undefined when it cannot hold. */
export function narrow(relation: Relation, a: IntValue, b: IntValue): IntValue | undefined {
  if (relation === '!==') return withoutValue(a, b)
  const allowed: Readonly<Record<Exclude<Relation, '!=='>, Partial<Range>>> = {
    '<': { max: b.range.max - 1n },
    '<=': { max: b.range.max },
    '>': { min: b.range.min + 1n },
    '>=': { min: b.range.min },
    '===': b.range,
  }
  const range = intersect(a.range, { ...a.range, ...allowed[relation] })
  if (range === undefined) return undefined
  const nonZero = a.nonZero || (relation === '===' && b.nonZero)
  const narrowed = intValue(a.numeric, range, a.low, a.high)
  return nonZero ? { ...narrowed, nonZero } : narrowed
}

function withoutValue(a: IntValue, b: IntValue): IntValue | undefined {
  const value = knownInt(b)
  if (value === undefined) return a
  if (knownInt(a) === value) return undefined
  const range = { min: a.range.min === value ? value + 1n : a.range.min, max: a.range.max === value ? value - 1n : a.range.max }
  const narrowed = intValue(a.numeric, range, a.low, a.high)
  return value === 0n || a.nonZero ? { ...narrowed, nonZero: true } : narrowed
}
