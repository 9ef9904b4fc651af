/**
 * What a script demands while it is compiled: `fail(format, ...)`, `static_assert(condition, message)`, and `assert_str(x)`.
 */
import type { FormatString } from '../../../spec/format-string.ts'
import type { CallExpression, Expression } from '../ast.ts'
import { type Checker, mistake } from '../check/checker.ts'
import { isTrue, NOTHING, type StaticType, type StaticValue } from '../check/static-type.ts'
import { NO_VALUE } from '../lower/value.ts'
import type { Call } from './call.ts'
import { checkFormatted, FORMATTED_ARITY, formatOf } from './formatted.ts'
import { isStringLike, NOT_STRING_LIKE } from './string-like.ts'

/** `fail(format, ...)`: an error wherever it is compiled. */
export const fail: Call = {
  arity: FORMATTED_ARITY,
  kind: 'action',
  check(checker, call) {
    const type = checkFormatted(checker, call)
    if (type.unknown === true) return type
    const values = call.arguments.slice(1).map((argument) => checker.staticValueOf(argument))
    if (!values.every((value) => value !== undefined))
      return mistake(checker, { code: 'literal-expected', span: call.span, message: 'fail() arguments need to be literals' })
    return mistake(checker, { code: 'failed', span: call.span, message: render(formatOf(checker, call), values) })
  },
  lower: () => NO_VALUE,
}

function render(format: FormatString, values: readonly StaticValue[]): string {
  let next = 0
  const parts = format.map((part) => (part.kind === 'text' ? part.text : renderValue(values[next++] ?? '', part.conversion)))
  return parts.join('').trimEnd()
}

function renderValue(value: StaticValue, conversion: string): string {
  if (typeof value !== 'bigint') return String(value)
  const base = { x: 16, X: 16, o: 8 }[conversion] ?? 10
  return value.toString(base)
}

/** `static_assert(condition, message)`: an error unless the condition holds. */
export const staticAssert: Call = {
  arity: [2, 2],
  kind: 'action',
  check(checker, call) {
    const [condition, message] = call.arguments as readonly [Expression, Expression]
    checker.check(condition)
    checker.check(message)
    const holds = checker.staticValueOf(condition)
    if (holds === undefined)
      return mistake(checker, { code: 'literal-expected', span: condition.span, message: 'Unable to resolve comptime expression' })
    return isTrue(holds) ? NOTHING : mistake(checker, { code: 'failed', span: call.span, message: textOf(checker, message) })
  },
  lower: () => NO_VALUE,
}

function textOf(checker: Checker, message: Expression): string {
  return String(checker.staticValueOf(message) ?? 'static_assert failed')
}

/** `assert_str(x)`: an error unless x is a string, or characters in an array or behind a pointer. */
export const assertString: Call = {
  arity: [1, 1],
  kind: 'action',
  check(checker: Checker, call: CallExpression): StaticType {
    const [value] = call.arguments as readonly [Expression]
    const type = checker.checkObject(value)
    if (type.unknown === true || isStringLike(type)) return NOTHING
    return mistake(checker, { code: 'wrong-argument-type', span: call.span, message: NOT_STRING_LIKE })
  },
  lower: () => NO_VALUE,
}
