/**
 * `args`: of a tracepoint the fields of its record, typed by its format file; of a uprobe the arguments of the function, by its
 * debug information.
 */
import { InternalError } from '../../../base/errors.ts'
import type { Span } from '../../../base/source-text.ts'
import type { TracepointField, TracepointFormat } from '../../../spec/type-source.ts'
import { INT8, layoutFields, type StructType, type Type } from '../../../spec/types/type.ts'
import { type Checker, mistake } from '../check/checker.ts'
import { checkArgumentValue, checkWhole, knownArguments } from '../check/program-values.ts'
import { integerType, plain, type StaticType, UNKNOWN } from '../check/static-type.ts'
import { lowerArguments } from '../lower/program-values.ts'
import type { ProbeContext } from '../probes/probe-kind.ts'
import type { Builtin } from './builtin.ts'

/** Fields before this offset are the same in all tracepoints, and BPF programs may not read them. */
const COMMON_SIZE = 8

/** `args`: of a tracepoint only ever lowered field by field. */
export const args: Builtin = {
  check(checker, { span }) {
    const { context } = checker.unit
    if (context.tracepoint !== undefined) return { ...plain(argsType(context.tracepoint, context)), isContext: true }
    if (context.provider === 'uprobe') return checkArguments(checker, span)
    const special = context.provider === 'begin' || context.provider === 'end'
    const shown = special ? 'special' : context.provider
    const message = `The args builtin can only be used with tracepoint, rawtracepoint, fentry/fexit, and uprobe probes (${shown} used here)`
    return mistake(checker, { code: 'wrong-probe', span, message })
  },
  lower(lowering, expression) {
    const known = lowering.unit.context.uprobe?.arguments
    const type = lowering.typeOf(expression)
    if (known === undefined || 'kind' in known || type.kind !== 'struct')
      throw new InternalError('args of a tracepoint is lowered field by field')
    return lowerArguments(lowering, known.arguments, type)
  },
}

/** All arguments, one after another as a struct has them. */
function checkArguments(checker: Checker, span: Span): StaticType {
  const known = knownArguments(checker, span)
  if (known === undefined) return UNKNOWN
  const values = known.arguments.map((argument) => checkArgumentValue(checker, argument, { span, function: known.function }))
  if (values.length === 0) return mistake(checker, { code: 'no-arguments', span, message: `${known.function} has no arguments` })
  if (values.some(({ unknown }) => unknown === true)) return UNKNOWN
  const types = values.map((value) => checkWhole(checker, span, value).type)
  const { offsets, size } = layoutFields(types)
  const fields = known.arguments.map(({ name }, index) => ({ name, type: types[index] as Type, offset: offsets[index] ?? 0 }))
  return plain({ kind: 'struct', name: `${known.function}_args`, fields, size })
}

/** How a field of a tracepoint's record is read. */
export type FieldAccess =
  | { readonly kind: 'integer' | 'pointer'; readonly field: TracepointField }
  /** Characters in the record itself. */
  | { readonly kind: 'characters'; readonly field: TracepointField }
  /** Offset and length (16 bits each) of characters elsewhere in the record. */
  | { readonly kind: 'located'; readonly field: TracepointField }
  | { readonly kind: 'common' | 'other'; readonly field: TracepointField }

/** Says how a field is read. */
export function accessOf(field: TracepointField): FieldAccess {
  if (field.offset < COMMON_SIZE) return { kind: 'common', field }
  const { type, size } = field
  if (type.startsWith('__data_loc')) return { kind: 'located', field }
  if (type.includes('*')) return { kind: 'pointer', field }
  if (/\bchar\b/.test(type) && size > 1) return { kind: 'characters', field }
  if (type.includes('[') || ![1, 2, 4, 8].includes(size) || type.startsWith('__rel_loc')) return { kind: 'other', field }
  return { kind: 'integer', field }
}

/** The type of a field's value; undefined for fields that are not read yet. */
function fieldType(field: TracepointField, context: ProbeContext): Type | undefined {
  const access = accessOf(field)
  switch (access.kind) {
    case 'integer':
      return integerType(field.size as 1 | 2 | 4 | 8, { signed: field.signed })
    case 'pointer':
      return /\bchar\b/.test(field.type) ? { kind: 'pointer', to: INT8, space: context.space } : { kind: 'pointer', space: context.space }
    case 'located':
      return { kind: 'pointer', to: INT8, space: 'kernel' }
    case 'characters':
      return { kind: 'string', size: field.size }
    default:
      return undefined
  }
}

function argsType(format: TracepointFormat, context: ProbeContext): StructType {
  const fields = format.fields.flatMap((field) => {
    const type = fieldType(field, context)
    return type === undefined ? [] : [{ name: field.name, type, offset: field.offset }]
  })
  const size = Math.max(0, ...format.fields.map((field) => field.offset + field.size))
  return { kind: 'struct', name: `_tracepoint_${format.category}_${format.event}`, fields, size }
}
