/**
 * Declarations of variables and functions.
 */
import type { Statement, VariableDeclaration } from 'acorn'
import { functionValue } from './functions.ts'
import type { Lowering } from './lowering.ts'
import { bindPattern, declareNames } from './patterns.ts'
import { unsupported } from './problems.ts'
import { ERROR, UNDEFINED } from './value.ts'

/**
 * Names are known from the beginning of their block: functions with their values, others without, so that a use before the declaration is
 * not taken for an outer name.
 */
export function hoist(cx: Lowering, statements: readonly Statement[]): void {
  for (const statement of statements) {
    if (statement.type === 'VariableDeclaration') declare(cx, statement)
    else if (statement.type === 'FunctionDeclaration') cx.scopes.at(-1)?.set(statement.id.name, { name: statement.id.name, mutable: true })
  }
  for (const statement of statements) {
    const variable = statement.type === 'FunctionDeclaration' ? cx.scopes.at(-1)?.get(statement.id.name) : undefined
    if (statement.type === 'FunctionDeclaration' && variable !== undefined) cx.variables?.set(variable, functionValue(cx, statement))
  }
}

/** Declares the names of a declaration, without values. */
export function declare(cx: Lowering, node: VariableDeclaration): void {
  for (const { id } of node.declarations) declareNames(cx, id, { mutable: node.kind === 'let' })
}

/** Lowers `const` and `let`. */
export function lowerDeclaration(cx: Lowering, node: VariableDeclaration): void {
  if (node.kind !== 'const' && node.kind !== 'let') {
    cx.report(node, unsupported(node.kind, 'declare with const or let'))
    for (const { id } of node.declarations) bindPattern(cx, id, ERROR)
    return
  }
  for (const { id, init } of node.declarations) bindPattern(cx, id, init ? cx.value(init) : UNDEFINED)
}
