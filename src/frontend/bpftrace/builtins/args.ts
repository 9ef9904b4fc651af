/**
 * `args` of a tracepoint: the fields of its record, typed by its format file.
 */
import { InternalError } from '../../../base/errors.ts'
import type { TracepointField, TracepointFormat } from '../../../spec/type-source.ts'
import { INT8, type StructType, type Type } from '../../../spec/types/type.ts'
import { mistake } from '../check/checker.ts'
import { integerType, plain } from '../check/static-type.ts'
import type { ProbeContext } from '../probes/probe-kind.ts'
import type { Builtin } from './builtin.ts'

/** Fields before this offset are the same in all tracepoints, and BPF programs may not read them. */
const COMMON_SIZE = 8

/** `args`: only ever lowered field by field. */
export const args: Builtin = {
  check(checker, { span }) {
    const { context } = checker.unit
    if (context.tracepoint !== undefined) return { ...plain(argsType(context.tracepoint, context)), isContext: true }
    if (context.provider === 'uprobe') {
      checker.report.notSupported(span, "'args' of a uprobe as a whole", 'name an argument: args.NAME')
      return { ...plain({ kind: 'none' }), unknown: true }
    }
    const special = context.provider === 'begin' || context.provider === 'end'
    const shown = special ? 'special' : context.provider
    const message = `The args builtin can only be used with tracepoint, rawtracepoint, fentry/fexit, and uprobe probes (${shown} used here)`
    return mistake(checker, { code: 'wrong-probe', span, message })
  },
  lower: () => {
    throw new InternalError('args is lowered field by field')
  },
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
