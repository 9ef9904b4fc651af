/**
 * `args`: of a tracepoint the fields of its record, typed by its format file; of a uprobe the arguments of the function, by its
 * debug information.
 */
import { InternalError } from '../../../base/errors.ts'
import type { Span } from '../../../base/source-text.ts'
import { accessOf, elementsOf } from '../../../spec/tracepoint-field.ts'
import type { NamedMember, TracepointField, TracepointFormat, TypeSource } from '../../../spec/type-source.ts'
import { INT8, layoutFields, type StructType, sizeOf, type Type } from '../../../spec/types/type.ts'
import type { Expression } from '../ast.ts'
import { type Checker, mistake } from '../check/checker.ts'
import { checkArgumentValue, checkWhole, knownArguments } from '../check/program-values.ts'
import { integerType, plain, type StaticType, UNKNOWN } from '../check/static-type.ts'
import { lowerArguments } from '../lower/program-values.ts'
import { lowerRecord } from '../lower/tracepoint-record.ts'
import type { Place } from '../lower/value.ts'
import type { ProbeContext } from '../probes/probe-kind.ts'
import type { Builtin } from './builtin.ts'

/** Bytes that an argument takes in the context of a raw tracepoint. */
const WORD = 8

/** `args`: its fields are lowered one by one, and it as a whole where it is kept. */
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
    const { parameters, tracepoint, uprobe } = unit.context
    if (parameters !== undefined) {
      // The kernel shows its context word by word.
      const write = ({ pointer, offset }: Place) => {
        for (const parameter of parameters)
          builder.store(pointer, builder.load('i64', builder.context, parameter.offset), offset + parameter.offset)
      }
      return { kind: 'deferred', write }
    }
    const type = lowering.typeOf(expression)
    if (type.kind !== 'struct') throw new InternalError('args is a struct')
    if (tracepoint !== undefined) return lowerRecord(lowering, type)
    const known = uprobe?.arguments
    if (known === undefined || 'kind' in known) throw new InternalError('nothing is known of the arguments')
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

/** As it is kept in variables: the fields that can be read, one after another, with addresses where the record has offsets. */
function argsType(format: TracepointFormat, context: ProbeContext, source: TypeSource): StructType {
  const readable = format.fields.flatMap((field) => {
    const type = fieldType(field, context, source)
    return type === undefined ? [] : [{ name: field.name, type }]
  })
  const layout = layoutFields(readable.map(({ type }) => type))
  const fields = readable.map((field, index) => ({ ...field, offset: layout.offsets[index] ?? 0 }))
  const size = Math.max(layout.size, ...format.fields.map((field) => field.offset + field.size))
  return { kind: 'struct', name: `tracepoint:${format.category}:${format.event}_args`, fields, size }
}

/** True for `args` itself. */
export function isArgs(expression: Expression): boolean {
  return expression.kind === 'identifier' && expression.name === 'args'
}
