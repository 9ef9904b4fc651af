/**
 * Checks `sizeof` and `offsetof`, whose values are known when the script is compiled.
 */
import { nameOf, type RecordType, sizeOf, type Type } from '../../../spec/types/type.ts'
import type { ComptimeExpression, OffsetofExpression, SizeofExpression } from '../ast.ts'
import { type Checker, mistake } from './checker.ts'
import { findMember } from './records.ts'
import { literalType, type StaticType, UNKNOWN } from './static-type.ts'
import { typeAsked } from './type-names.ts'

/** Checks `sizeof(...)`. */
export function checkSizeof(checker: Checker, expression: SizeofExpression): StaticType {
  const type = typeAsked(checker, expression.of)
  return type === undefined ? UNKNOWN : known(BigInt(sizeOf(type)))
}

/** Checks `offsetof(type, a.b)`. */
export function checkOffsetof(checker: Checker, expression: OffsetofExpression): StaticType {
  let type: Type | string | undefined = typeAsked(checker, expression.of)
  if (type === undefined) return UNKNOWN
  let offset = 0
  for (const { name, span } of expression.path) {
    const record = typeof type === 'object' ? recordIn(type) : undefined
    if (record === undefined) {
      const message = `'${typeof type === 'object' ? nameOf(type) : ''}' is not a struct or union`
      return mistake(checker, { code: 'bad-offsetof', span: expression.span, message })
    }
    const member = findMember(checker.options, record, name)
    if ('kind' in member) {
      const hint = member.nearest.length === 0 ? undefined : `it has ${member.nearest.join(', ')}`
      return mistake(checker, { code: 'unknown-field', span, message: member.reason, hint })
    }
    offset += member.offset
    type = member.type
  }
  return known(BigInt(offset))
}

function recordIn(type: Type): RecordType | undefined {
  const of = type.kind === 'pointer' ? type.to : type
  return of?.kind === 'record' ? of : undefined
}

function known(value: bigint): StaticType {
  return { ...literalType(value), known: value }
}

/** Checks `comptime e`; whether it is known is asked when no more is to be learnt. */
export function checkComptime(checker: Checker, expression: ComptimeExpression): StaticType {
  const type = checker.check(expression.operand)
  if (checker.staticValueOf(expression) !== undefined) return type
  return mistake(checker, { code: 'not-known', span: expression.span, message: 'Unable to resolve comptime expression' })
}
