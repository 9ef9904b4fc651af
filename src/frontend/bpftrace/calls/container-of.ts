/**
 * `container_of(pointer, typeof(struct x), member)`: from a pointer to a member the pointer to the struct that it is in.
 */
import { InternalError } from '../../../base/errors.ts'
import type { CallExpression, Expression, OffsetofExpression } from '../ast.ts'
import { mistake } from '../check/checker.ts'
import { findMember } from '../check/records.ts'
import { isTestable, plain, UNKNOWN } from '../check/static-type.ts'
import { findType } from '../check/type-names.ts'
import { checkOffsetof } from '../check/type-questions.ts'
import type { Lowering } from '../lower/lowering.ts'
import { integerValue } from '../lower/value.ts'
import type { Call } from './call.ts'

/** `container_of(pointer, type, member)`; a member of a member may be named. */
export const containerOf: Call = {
  arity: [3, 3],
  kind: 'value',
  check(checker, call) {
    const [pointer, type, member] = call.arguments as readonly [Expression, Expression, Expression]
    const given = checker.check(pointer)
    const path = pathOf(member)
    if (type.kind !== 'typeof' || !('type' in type.of)) {
      const message = 'container_of() expects the name of a type: typeof(struct NAME)'
      return mistake(checker, { code: 'type-expected', span: type.span, message })
    }
    if (path === undefined)
      return mistake(checker, { code: 'member-expected', span: member.span, message: 'container_of() expects the name of a member' })
    const offset = checkOffsetof(checker, { kind: 'offsetof', of: type.of, path, span: call.span })
    if (given.unknown === true || offset.unknown === true) return UNKNOWN
    if (!isTestable(given))
      return mistake(checker, { code: 'wrong-argument-type', span: pointer.span, message: 'container_of() expects a pointer' })
    const to = findType(checker, type.of.type)
    if (to === undefined) return UNKNOWN
    return plain({ kind: 'pointer', to, space: given.type.kind === 'pointer' ? given.type.space : checker.unit.context.space })
  },
  lower(lowering, call) {
    const pointer = lowering.integer(call.arguments[0] as Expression)
    return integerValue(lowering.builder.binary('sub', pointer, lowering.builder.i64(offsetOf(lowering, call))))
  },
}

function offsetOf(lowering: Lowering, call: CallExpression): number {
  const pointer = lowering.typeOf(call)
  let type = pointer.kind === 'pointer' ? pointer.to : undefined
  let offset = 0
  for (const { name } of pathOf(call.arguments[2] as Expression) ?? []) {
    const member = type?.kind === 'record' ? findMember(lowering, type, name) : undefined
    if (member === undefined || 'kind' in member) throw new InternalError(`no field ${name}`)
    offset += member.offset
    type = typeof member.type === 'string' ? undefined : member.type
  }
  return offset
}

function pathOf(member: Expression): OffsetofExpression['path'] | undefined {
  if (member.kind === 'identifier') return [member]
  if (member.kind !== 'field') return undefined
  const outer = pathOf(member.operand)
  return outer === undefined ? undefined : [...outer, { name: member.name, span: member.nameSpan }]
}
