/**
 * Compares tuples: item by item, each as its type has it; structs as their bytes.
 */
import type { Operand } from '../../../compiler/ir/ir.ts'
import { fieldIndex, sizeOf, type TupleType, type Type } from '../../../spec/types/type.ts'
import type { BinaryExpression } from '../ast.ts'
import { sameType } from '../check/same-type.ts'
import { equalMemory } from './aggregates.ts'
import type { Lowering } from './lowering.ts'
import { materialize, tupleItem } from './store.ts'
import { equalBytes } from './strings.ts'
import type { Value } from './value.ts'

interface Typed {
  readonly value: Value
  readonly type: Type
}

/** `==` and `!=` of tuples of as many items or of structs of one type, as an i1. */
export function compareTuples(lowering: Lowering, { left, right, operator }: BinaryExpression): Operand {
  const { builder } = lowering
  const [first, second] = [left, right].map((side) => ({ value: lowering.lower(side), type: lowering.typeOf(side) })) as [Typed, Typed]
  const equal = areEqual(lowering, first, second)
  return operator === '==' ? equal : builder.compare('eq', equal, builder.constant('i1', 0))
}

function areEqual(lowering: Lowering, left: Typed, right: Typed): Operand {
  const { builder } = lowering
  if (!areAlike(left.type, right.type)) return builder.constant('i1', 0)
  const { type } = left
  if (type.kind === 'tuple') {
    const answers = type.fields.map((_, index) =>
      areEqual(
        lowering,
        tupleItem(lowering, left.value, left.type, index),
        tupleItem(lowering, right.value, right.type, fieldIndex(type, index, right.type as TupleType)),
      ),
    )
    return answers.reduce((all, answer) => builder.binary('and', all, answer), builder.constant('i1', 1))
  }
  if (left.value.kind === 'integer' && right.value.kind === 'integer') return builder.compare('eq', left.value.operand, right.value.operand)
  const places = [materialize(lowering, left.value, left.type), materialize(lowering, right.value, right.type)] as const
  const size = Math.min(sizeOf(left.type), sizeOf(right.type))
  return left.type.kind === 'string' ? equalBytes(lowering, places, size) : equalMemory(lowering, places, size)
}

/** Whether two types can have values in common: numbers, texts, tuples of as many items, and what has the same type. */
function areAlike(left: Type, right: Type): boolean {
  if (left.kind === 'tuple' && right.kind === 'tuple')
    return (
      left.fields.length === right.fields.length &&
      left.fields.every((_, index) => right.fields[fieldIndex(left, index, right)] !== undefined)
    )
  if (left.kind === 'int' || left.kind === 'string') return left.kind === right.kind
  return sameType(left, right)
}
