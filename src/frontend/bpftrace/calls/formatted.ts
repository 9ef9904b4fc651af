/**
 * What the functions that take a format string have in common (`printf`, `errorf`, `warnf`, `fail`, ...): a literal format, and an
 * argument for each conversion in it.
 */
import type { FormatConversion, FormatString } from '../../../spec/format-string.ts'
import type { CallExpression, Expression } from '../ast.ts'
import { type Checker, mistake } from '../check/checker.ts'
import { describeType, isTestable, NOTHING, type StaticType } from '../check/static-type.ts'
import { parseFormat } from '../format-string.ts'
import type { Lowering, RecordValue } from '../lower/lowering.ts'
import { valueForRecord } from '../lower/record-value.ts'

/** Most arguments behind a format string. */
const MOST_ARGUMENTS = 127

/** The arity of functions that take a format string. */
export const FORMATTED_ARITY = [1, MOST_ARGUMENTS + 1] as const

/** Checks the format and the arguments of a call; the type is that of nothing. */
export function checkFormatted(checker: Checker, call: CallExpression): StaticType {
  const [first, ...rest] = call.arguments as readonly [Expression, ...Expression[]]
  const types = rest.map((argument) => checker.check(argument))
  const text = checker.constantOf(first)
  if (typeof text !== 'string') {
    const message = `${call.name}() expects a string literal (${checker.check(first).type.kind} provided)`
    return mistake(checker, { code: 'bad-format', span: call.span, message })
  }
  const result = parseFormat(text)
  if ('problem' in result) return mistake(checker, { code: 'bad-format', span: call.span, message: result.problem })
  return checkArguments(checker, call, { format: result.format, types })
}

/** The format of a checked call. */
export function formatOf(given: Pick<Checker, 'constantOf'>, { arguments: [first] }: CallExpression): FormatString {
  const text = first === undefined ? undefined : given.constantOf(first)
  const result = parseFormat(typeof text === 'string' ? text : '')
  return 'format' in result ? result.format : []
}

/** The arguments behind the format, as fields of a record. */
export function formattedFields(lowering: Lowering, call: CallExpression): readonly RecordValue[] {
  return call.arguments.slice(1).map((argument, index) => valueForRecord(lowering, argument, `arg${index}`))
}

function checkArguments(checker: Checker, call: CallExpression, with_: { format: FormatString; types: readonly StaticType[] }): StaticType {
  const conversions = with_.format.filter((part) => part.kind === 'conversion')
  const supplied = with_.types.length
  if (supplied !== conversions.length) {
    const which = supplied < conversions.length ? 'not enough' : 'too many'
    const message = `${which} arguments for format string (${supplied} supplied, ${conversions.length} expected)`
    return mistake(checker, { code: 'wrong-argument-count', span: call.span, message })
  }
  const misfit = conversions.findIndex((conversion, index) => !fits(conversion, with_.types[index] as StaticType))
  if (misfit === -1) return NOTHING
  return reportMisfit(checker, call, { conversion: conversions[misfit]!, type: with_.types[misfit] as StaticType })
}

function reportMisfit(
  checker: Checker,
  call: CallExpression,
  { conversion: { conversion: letter }, type }: { conversion: FormatConversion; type: StaticType },
): StaticType {
  const message =
    type.type.kind === 'none' && type.aggregation === undefined
      ? `unable to print none type for specifier: ${letter}`
      : `unsupported format specifier for type '${describeType(type)}': ${letter}`
  return mistake(checker, { code: 'wrong-argument-type', span: call.span, message })
}

function fits({ conversion: letter }: FormatConversion, value: StaticType): boolean {
  if (value.unknown === true) return true
  if (letter === 's') return isShowable(value)
  return BYTES.has(letter) ? value.type.kind === 'buffer' : isTestable(value)
}

const BYTES: ReadonlySet<string> = new Set(['r', 'rx', 'rh'])

/** True for values that have a text. */
export function isShowable(value: StaticType): boolean {
  return value.type.kind !== 'none' && value.isContext !== true
}
