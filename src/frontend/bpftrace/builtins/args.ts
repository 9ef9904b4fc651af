/**
 * `args`: of a tracepoint the fields of its record, typed by its format file; of a uprobe the arguments of the function, by its
 * debug information.
 */
import { InternalError } from '../../../base/errors.ts'
import type { Span } from '../../../base/source-text.ts'
import type { NamedMember, TracepointField, TracepointFormat, TypeSource } from '../../../spec/type-source.ts'
import { type ArrayType, INT8, layoutFields, type StructType, sizeOf, type Type } from '../../../spec/types/type.ts'
import type { Expression } from '../ast.ts'
import { type Checker, mistake } from '../check/checker.ts'
import { checkArgumentValue, checkWhole, knownArguments } from '../check/program-values.ts'
import { integerType, plain, type StaticType, UNKNOWN } from '../check/static-type.ts'
import { lowerArguments } from '../lower/program-values.ts'
import type { Place } from '../lower/value.ts'
import type { ProbeContext } from '../probes/probe-kind.ts'
import type { Builtin } from './builtin.ts'

/** Fields before this offset are the same in all tracepoints, and BPF programs may not read them. */
const COMMON_SIZE = 8
/** Bytes that an argument takes in the context of a raw tracepoint. */
const WORD = 8

/** `args`: of a tracepoint only ever lowered field by field; of the others also as a whole. */
export const args: Builtin = {
  check(checker, { span }) {
    const { options, unit } = checker
    const { context } = unit
    if (context.tracepoint !== undefined) return { ...plain(argsType(context.tracepoint, context, options.typeSource)), isContext: true }
    if (context.parameters !== undefined) return plain(parametersType(context.parameters))
    if (context.provider === 'uprobe') return checkArguments(checker, span)
    const special = context.provider === 'begin' || context.provider === 'end'
    const shown = special ? 'special' : context.provider
    const message = `The args builtin can only be used with tracepoint, rawtracepoint, fentry/fexit, and uprobe probes (${shown} used here)`
    return mistake(checker, { code: 'wrong-probe', span, message })
  },
  lower(lowering, expression) {
    const { builder, unit } = lowering
    const { parameters, uprobe } = unit.context
    if (parameters !== undefined) {
      // The kernel shows its context word by word.
      const write = ({ pointer, offset }: Place) => {
        for (const parameter of parameters)
          builder.store(pointer, builder.load('i64', builder.context, parameter.offset), offset + parameter.offset)
      }
      return { kind: 'deferred', write }
    }
    const known = uprobe?.arguments
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
  /** Characters, or as many integers, in the record itself. */
  | { readonly kind: 'characters' | 'array'; readonly field: TracepointField }
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
  if (elementsOf(field) !== undefined) return { kind: 'array', field }
  if (type.includes('[') || ![1, 2, 4, 8].includes(size) || type.startsWith('__rel_loc')) return { kind: 'other', field }
  return { kind: 'integer', field }
}

/** The type of a field's value; undefined for fields that are not read yet. */
function fieldType(field: TracepointField, context: ProbeContext, source: TypeSource): Type | undefined {
  const access = accessOf(field)
  switch (access.kind) {
    case 'integer':
      return integerType(field.size as 1 | 2 | 4 | 8, { signed: field.signed })
    case 'pointer':
      return pointerType(field, context, source)
    case 'located':
      return { kind: 'pointer', to: INT8, space: 'kernel' }
    case 'characters':
      return { kind: 'string', size: field.size }
    case 'array':
      return elementsOf(field)
    default:
      return undefined
  }
}

/** An array of integers, such as `unsigned long[6]`. */
function elementsOf({ type, size, signed }: TracepointField): ArrayType | undefined {
  const [, element, digits] = /^([\w ]+)\[(\d+)\]$/.exec(type) ?? []
  const count = Number(digits)
  const bytes = size / count
  if (element === undefined || /^(struct|union) /.test(element) || !(bytes === 1 || bytes === 2 || bytes === 4 || bytes === 8))
    return undefined
  return { kind: 'array', element: integerType(bytes, { signed }), count }
}

/** What a raw tracepoint is called with, a word for each. */
function parametersType(parameters: readonly NamedMember[]): StructType {
  const fields = parameters.flatMap(({ name, type, offset }) =>
    typeof type === 'string' || sizeOf(type) > WORD ? [] : [{ name, type, offset }],
  )
  return { kind: 'struct', fields, size: WORD * parameters.length }
}

/** To characters, or to what the kernel knows by the name in front of the `*`. */
function pointerType({ type }: TracepointField, { space }: ProbeContext, source: TypeSource): Type {
  if (/\bchar\b/.test(type)) return { kind: 'pointer', to: INT8, space }
  const name = /^(?:const )?((?:struct|union) \w+)(?: const)? ?\*$/.exec(type)?.[1]
  const to = name === undefined ? undefined : source.kernelTypes?.()?.findType(name)
  return to === undefined ? { kind: 'pointer', space } : { kind: 'pointer', to, space }
}

function argsType(format: TracepointFormat, context: ProbeContext, source: TypeSource): StructType {
  const fields = format.fields.flatMap((field) => {
    const type = fieldType(field, context, source)
    return type === undefined ? [] : [{ name: field.name, type, offset: field.offset }]
  })
  const size = Math.max(0, ...format.fields.map((field) => field.offset + field.size))
  return { kind: 'struct', name: `tracepoint:${format.category}:${format.event}_args`, fields, size }
}

/** True for `args` itself. */
export function isArgs(expression: Expression): boolean {
  return expression.kind === 'identifier' && expression.name === 'args'
}
