/**
 * Variables and the names that a place sees.
 */
import type { ArrowFunctionExpression, FunctionDeclaration, FunctionExpression } from 'acorn'

/** A variable of the function, by identity. */
export interface Variable {
  readonly name: string
  readonly mutable: boolean
}

/** Visible names of one block. */
export type Scope = Map<string, Variable>

/** A function of JavaScript's syntax. */
export type FunctionNode = ArrowFunctionExpression | FunctionExpression | FunctionDeclaration

/** A variable without a name. */
export function unnamed(): Variable {
  return { name: '', mutable: true }
}
