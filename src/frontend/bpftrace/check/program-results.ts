/**
 * Checks `retval` where the types of the results are known, in Go programs with debug information: `retval` is the first result,
 * `retval.1` the second, and `retval.err` the one of that name where there are several.
 */
import type { FunctionArguments, ProbeArgument } from '../../../spec/type-source.ts'
import type { Expression, FieldExpression } from '../ast.ts'
import { type Checker, mistake } from './checker.ts'
import { isRetval, isSelection, selectResult } from './located.ts'
import { readable } from './program-values.ts'
import type { StaticType } from './static-type.ts'

/** Checks `retval` by itself. */
export function checkFirstResult(checker: Checker, expression: Expression, known: FunctionArguments): StaticType {
  const { span } = expression
  const [first] = known.arguments
  if (first !== undefined) return readable(checker, first, { span, what: whatOf(first, known) })
  return mistake(checker, { code: 'no-result', span, message: `${known.function} has no results` })
}

/** Checks `retval.N` and `retval.name`; undefined for what is no selection of a result. */
export function checkResult(checker: Checker, expression: FieldExpression): StaticType | undefined {
  if (!isRetval(expression.operand)) return undefined
  const results = checker.unit.context.uprobe?.results
  const { nameSpan: span, name } = expression
  if (results !== undefined && 'kind' in results) {
    const hint = "retval by itself is the register that the first result is in; 'args' and 'retval' have types where the program has them"
    return mistake(checker, { code: 'no-debug-info', span, message: results.reason, hint })
  }
  if (results === undefined || !isSelection(expression, results)) return undefined
  const result = selectResult(expression, results)
  if (result !== undefined) return readable(checker, result, { span, what: whatOf(result, results) })
  const names = results.arguments.map((one, index) => (isUnnamed(one) ? `${index}` : `${index} (${one.name})`)).join(', ')
  const hint = names === '' ? 'it has none' : `it has ${names}`
  return mistake(checker, { code: 'unknown-result', span, message: `${results.function} has no result '${name}'`, hint })
}

function isUnnamed({ name }: ProbeArgument): boolean {
  return name.startsWith('~') || name === '_'
}

function whatOf(result: ProbeArgument, { function: of, arguments: results }: FunctionArguments): string {
  const place = results.length === 1 ? 'the result' : `the result ${results.indexOf(result)}`
  return `${place}${isUnnamed(result) ? '' : ` '${result.name}'`} of ${of}`
}
