/**
 * `getopt("name"[, default[, "description"]])`: an option of the script's own, known when it is compiled. Without a default it is a flag.
 */
import { UINT64 } from '../../../spec/types/type.ts'
import type { CallExpression, Expression } from '../ast.ts'
import { type Checker, mistake } from '../check/checker.ts'
import { BOOLEAN, plain, type StaticType, type StaticValue } from '../check/static-type.ts'
import { parseIntegerLiteral } from '../integer-literal.ts'
import { stringConstant } from '../lower/string-constant.ts'
import { integerValue } from '../lower/value.ts'
import type { Call } from './call.ts'

/** `getopt("name"[, default[, "description"]])`. */
export const getopt: Call = {
  arity: [1, 3],
  kind: 'value',
  check(checker, call) {
    const [name, fallback, description] = call.arguments as readonly [Expression, Expression | undefined, Expression | undefined]
    const problem = (at: Expression, message: string) => mistake(checker, { code: 'literal-expected', span: at.span, message })
    if (name.kind !== 'string') return problem(name, "First argument to 'getopt' must be a string literal.")
    const value = fallback === undefined ? false : literalOf(checker, fallback)
    if (value === undefined)
      return problem(fallback ?? name, "Second argument to 'getopt' must be a string literal, integer literal, or a boolean literal.")
    if (description !== undefined && description.kind !== 'string')
      return problem(description, "Function 'getopt' requires the third parameter to be a string literal.")
    return checkOption(checker, call, { name: name.value, fallback: value, description: description?.value })
  },
  knownValue: (checker, call) => checker.check(call).known,
  lower(lowering, call) {
    const { known: value = 0n } = lowering.staticTypeOf(call)
    if (typeof value !== 'string') return integerValue(lowering.builder.i64(BigInt(value)))
    return { kind: 'deferred', write: ({ pointer, offset }) => stringConstant(value).store(lowering.builder, pointer, offset) }
  },
}

interface Option {
  readonly name: string
  readonly fallback: StaticValue
  readonly description: string | undefined
}

function literalOf(checker: Checker, fallback: Expression): StaticValue | undefined {
  checker.check(fallback)
  if (fallback.kind === 'boolean') return fallback.value
  const constant = checker.constantOf(fallback)
  return typeof constant === 'object' ? undefined : constant
}

/** The same name stands for the same option everywhere. */
function checkOption(checker: Checker, call: CallExpression, option: Option): StaticType {
  const { name, fallback, description } = option
  const { namedOptions } = checker.options
  const problem = (message: string) => mistake(checker, { code: 'bad-option', span: call.span, message })
  const first = namedOptions?.use(option) ?? option
  if (first.fallback !== fallback) {
    const message = `Command line option '${name}' needs to have the same default value in all places it is used.`
    return problem(`${message} Previous default value: ${first.fallback}`)
  }
  if (first.description !== description)
    return problem(`Command line option '${name}' must have the same description in all places it's used.`)
  const text = namedOptions?.given(name)
  const value = text === undefined ? fallback : readValue(text, fallback)
  if (value === undefined) {
    const expected = typeof fallback === 'boolean' ? "a boolean (e.g. 'true')" : 'an integer'
    return problem(`program command line option --${name} expects ${expected} (value: ${text})`)
  }
  return { ...typeOf(value), known: value }
}

const TRUTHS: Readonly<Record<string, boolean>> = { true: true, '1': true, false: false, '0': false }

/** The text as a value of the default's type. */
function readValue(text: string, fallback: StaticValue): StaticValue | undefined {
  if (typeof fallback === 'string') return text
  if (typeof fallback === 'boolean') return TRUTHS[text]
  const [, sign, digits = ''] = /^(-?)(\d\w*)$/.exec(text) ?? []
  const literal = parseIntegerLiteral(digits)
  return 'problem' in literal ? undefined : BigInt.asUintN(64, sign === '-' ? -literal.value : literal.value)
}

function typeOf(value: StaticValue): StaticType {
  if (typeof value === 'string') return plain({ kind: 'string', size: stringConstant(value).length })
  return typeof value === 'boolean' ? BOOLEAN : plain(UINT64)
}
