/**
 * Types of the tracing language as types of BTF, for maps and records.
 */
import { assertNever } from '../../base/assert.ts'
import type { BtfBuilder } from '../../format/btf/btf-builder.ts'
import type { BtfMember, TypeId } from '../../format/btf/btf-type.ts'
import { STACK_OFFSETS } from '../stack-layout.ts'
import { BUFFER_HEADER, type BufferType, type IntType, layoutFields, nameOf, sizeOf, type Type, UINT32, UINT64 } from '../types/type.ts'
import { identifier } from './identifier.ts'

/** A field of a struct to describe; `offset` in bytes. */
export interface Field {
  readonly name: string
  readonly type: TypeId
  readonly offset: number
}

/** The BTF type of `type`; `name` is for structs that have none. */
export function addType(builder: BtfBuilder, type: Type, name: string): TypeId {
  switch (type.kind) {
    case 'int':
      return addInt(builder, type)
    case 'bool':
      return builder.add({ kind: 'int', name: 'bool', size: 1, encoding: 'bool' })
    case 'pointer':
      return builder.add({ kind: 'pointer', name: '', type: 0 })
    case 'function':
      return builder.add({ kind: 'typedef', name: 'cookie', type: addInt(builder, { kind: 'int', size: 8, signed: false }) })
    case 'stack':
      return addFields(builder, { name: nameOf(type), size: sizeOf(type), fields: STACK_FIELDS })
    case 'symbol':
      return addFields(builder, {
        name: nameOf(type),
        size: sizeOf(type),
        fields: SYMBOL_FIELDS.filter(({ offset }) => offset < sizeOf(type)),
      })
    case 'string':
      return addText(builder, type.size)
    case 'rendered':
      return sizeOf(type) === 8 ? addInt(builder, UINT64) : addText(builder, sizeOf(type))
    case 'buffer':
      return addBuffer(builder, type)
    case 'tuple': {
      const { offsets, size } = layoutFields(type.fields)
      const fields = type.fields.map((field, index) => ({ name: `_${index}`, type: field, offset: offsets[index] ?? 0 }))
      return addFields(builder, { name, size, fields })
    }
    case 'struct':
      return addFields(builder, { name: type.name === undefined ? name : identifier(type.name), size: type.size, fields: type.fields })
    case 'array':
      return builder.add({
        kind: 'array',
        element: addType(builder, type.element, name),
        index: addInt(builder, UINT32),
        count: type.count,
      })
    case 'none':
    case 'record':
      return 0
    default:
      return assertNever(type, 'type')
  }
}

const STACK_FIELDS = [
  { name: 'hash', type: UINT64, offset: STACK_OFFSETS.hash },
  { name: 'frames', type: UINT32, offset: STACK_OFFSETS.count },
  { name: 'pid', type: UINT32, offset: STACK_OFFSETS.pid },
]
const SYMBOL_FIELDS = [
  { name: 'address', type: UINT64, offset: 0 },
  { name: 'pid', type: UINT64, offset: 8 },
]

/** An integer, by the name that the tracing language has for it. */
export function addInt(builder: BtfBuilder, type: IntType): TypeId {
  return builder.add({ kind: 'int', name: nameOf(type), size: type.size, encoding: type.signed ? 'signed' : 'unsigned' })
}

/** A struct of fields that are in BTF already. The kernel wants them in the order of their offsets. */
export function addStruct(
  builder: BtfBuilder,
  { name, size, fields }: { readonly name: string; readonly size: number; readonly fields: readonly Field[] },
): TypeId {
  const members: BtfMember[] = fields.map((field) => ({
    name: identifier(field.name),
    type: field.type,
    bitOffset: field.offset * 8,
    bitSize: 0,
  }))
  return builder.add({ kind: 'struct', name, size, members: members.sort((a, b) => a.bitOffset - b.bitOffset) })
}

interface Fields {
  readonly name: string
  readonly size: number
  readonly fields: readonly { readonly name: string; readonly type: Type; readonly offset: number }[]
}

function addFields(builder: BtfBuilder, { name, size, fields }: Fields): TypeId {
  const added = fields
    .filter((field) => sizeOf(field.type) > 0)
    .map((field) => ({ name: field.name, offset: field.offset, type: addType(builder, field.type, `${name}_${identifier(field.name)}`) }))
  return addStruct(builder, { name, size, fields: added })
}

function addBuffer(builder: BtfBuilder, type: BufferType): TypeId {
  const length = { name: 'length', type: addInt(builder, UINT32), offset: 0 }
  const fields = type.size === 0 ? [length] : [length, { name: 'bytes', type: addText(builder, type.size), offset: BUFFER_HEADER }]
  return addStruct(builder, { name: `buffer_${type.size}`, size: sizeOf(type), fields })
}

/** `char[size]`: what bpftool and others show as text. */
function addText(builder: BtfBuilder, size: number): TypeId {
  const element = builder.add({ kind: 'int', name: 'char', size: 1, encoding: 'signed' })
  return builder.add({ kind: 'array', element, index: addInt(builder, UINT32), count: size })
}
