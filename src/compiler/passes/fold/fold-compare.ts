/**
 * Folding of comparisons: constants, impossible ranges, and truth values that are compared with 0 again.
 */
import { evaluateCompare } from '../../ir/evaluate.ts'
import { BITS, type Constant, constant, type Operand, type Predicate } from '../../ir/ir.ts'
import { INVERTED, SWAPPED } from '../../ir/predicates.ts'
import type { FoldRule, Kind, Make } from './rule.ts'
import { twoValuesOf } from './two-valued.ts'

type Compare = Kind<'compare'>

const truth = (value: boolean): Constant => constant('i1', value ? 1 : 0)

/** Simplifies one comparison. */
export const foldCompare: FoldRule<Compare> = (compare, make) => {
  const { predicate, left, right } = compare
  if (left.kind === 'constant' && right.kind === 'constant') {
    return left.type === right.type ? truth(evaluateCompare(predicate, left, right)) : undefined
  }
  if (left.kind === 'constant') return make({ ...compare, predicate: SWAPPED[predicate], left: right, right: left })
  if (left === right) return truth(REFLEXIVE.has(predicate))
  if (right.kind !== 'constant') return undefined
  return foldNull(compare, right) ?? foldTruth(compare, right, make) ?? foldRange(compare, right, make)
}

const REFLEXIVE: ReadonlySet<Predicate> = new Set(['eq', 'ule', 'uge', 'sle', 'sge'])

/** The address of something that exists is not null. */
function foldNull({ predicate, left }: Compare, right: Constant): Operand | undefined {
  const exists = left.kind === 'stack_slot' || left.kind === 'map_value' || left.kind === 'map'
  return exists && right.value === 0n ? truth(predicate !== 'eq') : undefined
}

/** `(c as integer) != 0` is `c`: what depends on one condition alone is that condition, its opposite, or decided. */
function foldTruth({ predicate, left }: Compare, right: Constant, make: Make): Operand | undefined {
  const values = twoValuesOf(left)
  if (values === undefined) return undefined
  const { condition } = values
  const whenFalse = evaluateCompare(predicate, values.whenFalse, right)
  const whenTrue = evaluateCompare(predicate, values.whenTrue, right)
  if (whenFalse === whenTrue) return truth(whenTrue)
  if (whenTrue) return condition
  if (condition.kind === 'compare') return make({ ...condition, predicate: INVERTED[condition.predicate] })
  return left === condition ? undefined : make({ kind: 'compare', type: 'i1', predicate: 'eq', left: condition, right: truth(false) })
}

/** Comparisons with the ends of the range. */
function foldRange(compare: Compare, right: Constant, make: Make): Operand | undefined {
  const { predicate } = compare
  const top = (1n << BigInt(BITS[right.type])) - 1n
  if (right.value === 0n) {
    if (predicate === 'ult' || predicate === 'uge') return truth(predicate === 'uge')
    if (predicate === 'ule' || predicate === 'ugt') return make({ ...compare, predicate: predicate === 'ule' ? 'eq' : 'ne' })
  }
  if (right.value === 1n && (predicate === 'ult' || predicate === 'uge')) {
    return make({ ...compare, predicate: predicate === 'ult' ? 'eq' : 'ne', right: constant(right.type, 0) })
  }
  if (right.value === top && (predicate === 'ugt' || predicate === 'ule')) return truth(predicate === 'ule')
  return undefined
}
