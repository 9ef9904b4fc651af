/**
 * What a block is worth as an expression: its last expression, when no `;` is behind it.
 */
import type { Block, BlockExpression, Expression, ExpressionStatement, IfStatement, Statement } from './ast.ts'

/** A block as a value. An `if` or a block that is its last statement is its value, too. */
export function blockValue({ statements, span }: Block): BlockExpression {
  const last = statements.at(-1)
  const value = last === undefined ? undefined : valueStatement(last)
  return { kind: 'block-value', body: { statements: value === undefined ? statements : [...statements.slice(0, -1), value], span }, span }
}

function valueStatement(statement: Statement): ExpressionStatement | undefined {
  const { span } = statement
  if (statement.kind === 'if') return { kind: 'expression', expression: ifValue(statement), closed: false, span }
  if (statement.kind === 'block') return { kind: 'expression', expression: blockValue(statement.body), closed: false, span }
  return undefined
}

/** `if` as a value: a choice between its blocks. Without `else` the other one is empty. */
export function ifValue({ condition, span, ...ways }: IfStatement): Expression {
  const then = blockValue(ways.then)
  const otherwise = elseValue(ways.otherwise, span)
  return { kind: 'ternary', condition, then, otherwise, span }
}

function elseValue(otherwise: IfStatement['otherwise'], span: Expression['span']): Expression {
  if (otherwise === undefined) return blockValue({ statements: [], span })
  return 'kind' in otherwise ? ifValue(otherwise) : blockValue(otherwise)
}

/** The statements of a block that come before its value, and the value, if it has one. */
export function partsOf({ statements }: Block): { readonly before: readonly Statement[]; readonly value?: Expression } {
  const last = statements.at(-1)
  if (last?.kind !== 'expression' || last.closed) return { before: statements }
  return { before: statements.slice(0, -1), value: last.expression }
}

/** The expression itself, or the value of a block that holds nothing else. */
export function bareValue(expression: Expression): Expression {
  if (expression.kind !== 'block-value') return expression
  const { before, value } = partsOf(expression.body)
  return value === undefined || before.length > 0 ? expression : bareValue(value)
}
