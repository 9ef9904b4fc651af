/**
 * Folding of phis whose values are all the same: these are the copies of an SSA form.
 */
import { constant, type IntegerType, type Operand } from '../../ir/ir.ts'
import type { FoldRule, Kind } from './rule.ts'

/** The one value that a phi can have. */
export const foldPhi: FoldRule<Kind<'phi'>> = (phi) => {
  let only: Operand | undefined
  for (const { value } of phi.incoming) {
    if (value === phi || (only !== undefined && isSame(value, only))) continue
    if (only !== undefined) return undefined
    only = value
  }
  return only ?? constant(phi.type as IntegerType, 0)
}

function isSame(a: Operand, b: Operand): boolean {
  return a === b || (a.kind === 'constant' && b.kind === 'constant' && a.type === b.type && a.value === b.value)
}
