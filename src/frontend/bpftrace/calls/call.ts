/**
 * What a function (`printf`, `str`, ...) is to the compiler: a row of the table in `calls.ts`. Sections 4 and 5 of the
 * language reference.
 */
import type { CallExpression } from '../ast.ts'
import type { Checker } from '../check/checker.ts'
import type { StaticType, StaticValue } from '../check/static-type.ts'
import type { Lowering } from '../lower/lowering.ts'
import type { Value } from '../lower/value.ts'

/** A row of the table: how a function is checked and lowered. */
export interface Call {
  /** Fewest and most arguments. */
  readonly arity: readonly [fewest: number, most: number]
  /** `action`: yields nothing, and stands as a statement. */
  readonly kind: 'action' | 'value'
  /** The type of the result; the number of arguments has been checked. */
  check(checker: Checker, call: CallExpression): StaticType
  /** The value, where it is known when the script is compiled. */
  knownValue?(checker: Checker, call: CallExpression): StaticValue | undefined
  lower(lowering: Lowering, call: CallExpression): Value
}

/** Complains when there are too few or too many arguments, in the words of bpftrace. */
export function checkArity(checker: Checker, call: CallExpression, [fewest, most]: readonly [number, number]): boolean {
  const count = call.arguments.length
  if (count >= fewest && count <= most) return true
  checker.report.error({ code: 'wrong-argument-count', span: call.span, message: arityMessage(call.name, count, [fewest, most]) })
  return false
}

function arityMessage(name: string, count: number, [fewest, most]: readonly [number, number]): string {
  const provided = `(${count} provided)`
  if (fewest === most)
    return fewest === 0 ? `${name}() requires no arguments ${provided}` : `${name}() requires ${countText(fewest)} ${provided}`
  if (count < fewest) return `${name}() requires at least ${countText(fewest)} ${provided}`
  return `${name}() takes up to ${countText(most)} ${provided}`
}

function countText(count: number): string {
  return count === 1 ? 'one argument' : `${count} arguments`
}
