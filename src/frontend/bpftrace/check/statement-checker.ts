/**
 * What the checks of statements work with, beside what those of expressions do.
 */
import type { AssignStatement, Expression } from '../ast.ts'
import type { Checker } from './checker.ts'
import type { Scopes } from './scope.ts'

/** A checker that knows the scopes. */
export interface StatementChecker extends Checker {
  readonly scopes: Scopes
  /** The expression that a compound assignment stands for, the same one in every round. */
  readonly compoundOf: (statement: AssignStatement) => Expression
  /** How many loops are around what is being checked. */
  loops: number
}
