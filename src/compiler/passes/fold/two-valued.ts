/**
 * Values that depend on one condition alone: a condition widened to an integer, and what constants make of it. Such a value
 * has two values, so what it is compared with is known for both.
 */
import { evaluateBinary, evaluateConvert } from '../../ir/evaluate.ts'
import { type Constant, constant, type IntegerType, type Operand } from '../../ir/ir.ts'

/** What a value is when `condition` (i1) is false, and when it is true. */
export interface TwoValued {
  readonly condition: Operand
  readonly whenFalse: Constant
  readonly whenTrue: Constant
}

/** How far to look. */
const MOST_STEPS = 6

/** Sees a value as one that depends on a condition, if it is. */
export function twoValuesOf(value: Operand, steps = 0): TwoValued | undefined {
  if (steps === MOST_STEPS || value.kind === 'constant') return undefined
  if (value.type === 'i1') return { condition: value, whenFalse: constant('i1', 0), whenTrue: constant('i1', 1) }
  if (value.kind === 'convert') {
    const { operator } = value
    if (operator === 'address') return undefined
    return mapped(twoValuesOf(value.value, steps + 1), (from) => evaluateConvert(operator, from, value.type as IntegerType))
  }
  if (value.kind !== 'binary') return undefined
  const { operator, left, right } = value
  if (right.kind === 'constant') return mapped(twoValuesOf(left, steps + 1), (from) => evaluateBinary(operator, from, right))
  if (left.kind === 'constant') return mapped(twoValuesOf(right, steps + 1), (from) => evaluateBinary(operator, left, from))
  return undefined
}

function mapped(value: TwoValued | undefined, by: (from: Constant) => Constant): TwoValued | undefined {
  return value && { ...value, whenFalse: by(value.whenFalse), whenTrue: by(value.whenTrue) }
}
