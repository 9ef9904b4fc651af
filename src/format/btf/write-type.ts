/**
 * One type of BTF as bytes: the name, `info` (kind, number of members, flag), size or type, and what the kind adds.
 */
import { assertNever } from '../../base/assert.ts'
import type { ByteWriter } from '../../base/bytes.ts'
import type { BtfEnum, BtfStruct, BtfWritableType } from './btf-type.ts'
import { BTF_KIND } from './kinds.ts'

/** `BTF_INT_ENCODING`. */
export const INT_ENCODING = { unsigned: 0, signed: 1, char: 2, bool: 4 } as const
/** `enum btf_func_linkage`, which stands where others have their number of members. */
export const LINKAGE = { static: 0, global: 1, extern: 2 } as const

/** Appends a type; `string` answers the offset of a string. */
export function writeType(to: ByteWriter, type: BtfWritableType, string: (text: string) => number): void {
  const head = (name: string, count: number, sizeOrType: number, flag = 0) =>
    to
      .u32(string(name))
      .u32(((flag << 31) | (BTF_KIND[type.kind] << 24) | count) >>> 0)
      .u32(sizeOrType)
  switch (type.kind) {
    case 'int':
      head(type.name, 0, type.size).u32((INT_ENCODING[type.encoding] << 24) | (type.bits ?? type.size * 8))
      return
    case 'array':
      head('', 0, 0).u32(type.element).u32(type.index).u32(type.count)
      return
    case 'struct':
    case 'union':
      writeStruct(to, type, { head, string })
      return
    case 'enum':
    case 'enum64':
      writeEnum(to, type, { head, string })
      return
    case 'prototype':
      head('', type.parameters.length, type.result)
      for (const parameter of type.parameters) to.u32(string(parameter.name)).u32(parameter.type)
      return
    case 'function':
      head(type.name, LINKAGE[type.linkage], type.type)
      return
    case 'forward':
      head(type.name, 0, 0, type.of === 'union' ? 1 : 0)
      return
    case 'pointer':
    case 'typedef':
    case 'volatile':
    case 'const':
    case 'restrict':
    case 'type_tag':
      head(type.name, 0, type.type)
      return
    default:
      assertNever(type)
  }
}

interface Writing {
  readonly head: (name: string, count: number, sizeOrType: number, flag?: number) => void
  readonly string: (text: string) => number
}

/** With a bitfield in it, every member's offset carries its size in bits above bit 24. */
function writeStruct(to: ByteWriter, type: BtfStruct, { head, string }: Writing): void {
  const flag = type.members.some((member) => member.bitSize > 0) ? 1 : 0
  head(type.name, type.members.length, type.size, flag)
  for (const { name, type: of, bitOffset, bitSize } of type.members) {
    to.u32(string(name))
      .u32(of)
      .u32(flag === 1 ? ((bitSize << 24) | bitOffset) >>> 0 : bitOffset)
  }
}

function writeEnum(to: ByteWriter, type: BtfEnum, { head, string }: Writing): void {
  head(type.name, type.values.length, type.size, type.signed ? 1 : 0)
  for (const { name, value } of type.values) {
    to.u32(string(name)).u32(Number(value & 0xffff_ffffn))
    if (type.kind === 'enum64') to.u32(Number((value >> 32n) & 0xffff_ffffn))
  }
}
