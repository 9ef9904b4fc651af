/**
 * Which argument or result of the probed function an expression stands for: `args.name`, `retval`, `retval.1`, `retval.name`.
 */
import type { FunctionArguments, ProbeArgument } from '../../../spec/type-source.ts'
import type { Expression, FieldExpression } from '../ast.ts'
import type { Checker } from './checker.ts'

type Scope = Pick<Checker, 'unit'>

/** The argument or result; undefined for other expressions. The name has been checked. */
export function findLocated(scope: Scope, expression: Expression): ProbeArgument | undefined {
  if (expression.kind !== 'field' || !isArgument(scope, expression)) return findResult(scope, expression)
  const known = scope.unit.context.uprobe?.arguments
  return known === undefined || 'kind' in known ? undefined : known.arguments.find((one) => one.name === expression.name)
}

/** True for `args.name` of a uprobe. */
export function isArgument({ unit }: Scope, { operand }: FieldExpression): boolean {
  return operand.kind === 'identifier' && operand.name === 'args' && unit.context.provider === 'uprobe'
}

/** The results of the probed function; undefined where their types are not known. */
export function knownResults({ unit }: Scope): FunctionArguments | undefined {
  const known = unit.context.uprobe?.results
  return known === undefined || 'kind' in known ? undefined : known
}

function findResult(scope: Scope, expression: Expression): ProbeArgument | undefined {
  const known = knownResults(scope)
  if (known === undefined) return undefined
  if (isRetval(expression)) return known.arguments[0]
  return expression.kind === 'field' && isSelection(expression, known) ? selectResult(expression, known) : undefined
}

/** True for `retval` and `retval()`. */
export function isRetval(expression: Expression): boolean {
  return (expression.kind === 'identifier' || expression.kind === 'call') && expression.name === 'retval'
}

/** A name is a result's where there are several; of a single result without that name it is a member's. */
export function isSelection({ operand, name }: FieldExpression, { arguments: results }: FunctionArguments): boolean {
  return isRetval(operand) && (/^\d+$/.test(name) || results.length > 1 || results[0]?.name === name)
}

/** The result that a number or name selects. */
export function selectResult({ name }: FieldExpression, { arguments: results }: FunctionArguments): ProbeArgument | undefined {
  return /^\d+$/.test(name) ? results[Number(name)] : results.find((one) => one.name === name)
}
