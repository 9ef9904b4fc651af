/**
 * `printf`: a record of the arguments, rendered by the session.
 */
import type { FormatConversion, FormatString } from '../../../spec/format-string.ts'
import type { CallExpression } from '../ast.ts'
import { type Checker, mistake } from '../check/checker.ts'
import { describeType, isTestable, NOTHING, type StaticType } from '../check/static-type.ts'
import { parseFormat } from '../format-string.ts'
import { valueForRecord } from '../lower/record-value.ts'
import { NO_VALUE } from '../lower/value.ts'
import type { Call } from './call.ts'

/** Most arguments of one printf, the format not counted. */
const MOST_ARGUMENTS = 127

/** `printf(format, ...)`. */
export const printf: Call = {
  arity: [1, MOST_ARGUMENTS + 1],
  kind: 'action',
  check(checker, call) {
    const [first, ...rest] = call.arguments
    const types = rest.map((argument) => checker.check(argument))
    if (first?.kind !== 'string') {
      const provided = first === undefined ? 'none' : checker.check(first).type.kind
      const message = `printf() expects a string literal (${provided} provided)`
      return mistake(checker, { code: 'bad-format', span: first?.span ?? call.span, message })
    }
    const result = parseFormat(first.value)
    if ('problem' in result) return mistake(checker, { code: 'bad-format', span: call.span, message: result.problem })
    checkArguments(checker, call, { format: result.format, types })
    return NOTHING
  },
  lower(lowering, call) {
    const fields = call.arguments.slice(1).map((argument, index) => valueForRecord(lowering, argument, `arg${index}`))
    lowering.send({ kind: 'printf', format: formatOf(call) }, fields)
    return NO_VALUE
  },
}

function formatOf(call: CallExpression): FormatString {
  const [first] = call.arguments
  const result = parseFormat(first?.kind === 'string' ? first.value : '')
  return 'format' in result ? result.format : []
}

function checkArguments(checker: Checker, call: CallExpression, with_: { format: FormatString; types: readonly StaticType[] }): void {
  const conversions = with_.format.filter((part) => part.kind === 'conversion')
  const supplied = with_.types.length
  if (supplied !== conversions.length) {
    const which = supplied < conversions.length ? 'not enough' : 'too many'
    const message = `${which} arguments for format string (${supplied} supplied, ${conversions.length} expected)`
    checker.report.error({ code: 'wrong-argument-count', span: call.span, message })
    return
  }
  for (const [index, conversion] of conversions.entries())
    checkArgument(checker, call, { conversion, type: with_.types[index] as StaticType })
}

function checkArgument(
  checker: Checker,
  call: CallExpression,
  { conversion, type }: { conversion: FormatConversion; type: StaticType },
): void {
  if (type.unknown === true) return
  const letter = conversion.conversion
  if (takes(letter, type)) return
  const message = `unsupported format specifier for type '${describeType(type)}': ${letter}`
  checker.report.error({ code: 'wrong-argument-type', span: call.span, message })
}

function takes(letter: string, value: StaticType): boolean {
  if (letter === 's') return isShowable(value)
  return BYTES.has(letter) ? value.type.kind === 'buffer' : isTestable(value)
}

const BYTES: ReadonlySet<string> = new Set(['r', 'rx', 'rh'])

/** True for values that have a text. */
export function isShowable(value: StaticType): boolean {
  return value.type.kind !== 'none' && value.type.kind !== 'struct'
}
