/**
 * `ctx.args.NAME`: a field of a tracepoint's record, or a parameter of a raw tracepoint, by what the running kernel says of them.
 */
import type { Node } from 'acorn'
import { nearestNames } from '../../../base/nearest-names.ts'
import { accessOf } from '../../../spec/tracepoint-field.ts'
import type { NamedMember, TracepointField } from '../../../spec/type-source.ts'
import { type IntType, UINT64 } from '../../../spec/types/type.ts'
import type { Lowering, Problem } from '../lowering.ts'
import { loadValue } from '../memory.ts'
import type { Value } from '../value.ts'

/** Bytes of a text whose length is known only when the probe is hit. */
const TEXT_SIZE = 128

/** The value of an argument by its name. */
export function namedArgument(cx: Lowering, node: Node, name: string): Value {
  const { tracepoint, parameters = [] } = cx.probe
  if (tracepoint === undefined) return parameter(cx, node, { name, parameters })
  const field = tracepoint.fields.find((candidate) => candidate.name === name)
  const readable = field === undefined ? undefined : fieldValue(cx, field)
  const known = tracepoint.fields.filter((candidate) => IS_READ.has(accessOf(candidate).kind)).map((candidate) => candidate.name)
  return readable ?? cx.report(node, unknownArgument(name, known))
}

const IS_READ: ReadonlySet<string> = new Set(['integer', 'pointer', 'characters', 'located'])

function fieldValue(cx: Lowering, field: TracepointField): Value | undefined {
  const { builder } = cx
  const { context } = builder
  switch (accessOf(field).kind) {
    case 'integer':
      return loadValue(
        cx,
        { kind: 'int', size: field.size as IntType['size'], signed: field.signed },
        { pointer: context, offset: field.offset },
      )
    case 'pointer':
      return loadValue(cx, UINT64, { pointer: context, offset: field.offset })
    case 'characters': {
      const slot = builder.stackSlot('text', Math.ceil(field.size / 8) * 8)
      builder.call('probe_read_kernel', [slot, builder.i64(field.size), builder.at(context, field.offset)])
      return { kind: 'string', pointer: slot, size: field.size }
    }
    case 'located': {
      const location = builder.convert(builder.load('i32', context, field.offset), 'i64', { signed: false })
      const start = builder.addressOf(builder.offsetPointer(context, builder.binary('and', location, builder.i64(0xffff))))
      const slot = builder.stackSlot('text', TEXT_SIZE)
      builder.zero(slot, TEXT_SIZE)
      builder.call('probe_read_kernel_str', [slot, builder.i64(TEXT_SIZE), start])
      return { kind: 'string', pointer: slot, size: TEXT_SIZE }
    }
    default:
      return undefined
  }
}

interface Wanted {
  readonly name: string
  readonly parameters: readonly NamedMember[]
}

function parameter(cx: Lowering, node: Node, { name, parameters }: Wanted): Value {
  const found = parameters.find((candidate) => candidate.name === name)
  const known = parameters.filter(isRead).map((candidate) => candidate.name)
  if (found === undefined || !isRead(found)) return cx.report(node, unknownArgument(name, known))
  const type = typeof found.type !== 'string' && (found.type.kind === 'int' || found.type.kind === 'bool') ? found.type : UINT64
  // The kernel shows each parameter as a word.
  return loadValue(cx, type, { pointer: cx.builder.context, offset: found.offset })
}

function isRead({ type }: NamedMember): boolean {
  return typeof type !== 'string' && (type.kind === 'int' || type.kind === 'bool' || type.kind === 'pointer')
}

const unknownArgument = (name: string, known: readonly string[]): Problem => {
  const near = nearestNames(name, new Set(known))
  return {
    code: 'unknown-member',
    message: `there is no argument ${name} that a probe can read`,
    hint: near.length > 0 ? `did you mean ${near.join(', ')}?` : `there is ${known.join(', ')}`,
  }
}
