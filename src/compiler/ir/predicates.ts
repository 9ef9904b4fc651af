/**
 * How predicates relate: what holds when another does not, and what holds with the operands exchanged.
 */
import type { Predicate } from './ir.ts'

/** The predicate that holds exactly when the given one does not. */
export const INVERTED: Readonly<Record<Predicate, Predicate>> = {
  eq: 'ne',
  ne: 'eq',
  ult: 'uge',
  uge: 'ult',
  ule: 'ugt',
  ugt: 'ule',
  slt: 'sge',
  sge: 'slt',
  sle: 'sgt',
  sgt: 'sle',
}

/** What a predicate becomes when its operands change places. */
export const SWAPPED: Readonly<Record<Predicate, Predicate>> = {
  eq: 'eq',
  ne: 'ne',
  ult: 'ugt',
  ule: 'uge',
  ugt: 'ult',
  uge: 'ule',
  slt: 'sgt',
  sle: 'sge',
  sgt: 'slt',
  sge: 'sle',
}
