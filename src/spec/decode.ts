/**
 * Bytes that the kernel half stored, read back as values by the same types and layouts. What the values look like as
 * text is left to `output/`.
 */
import { assertNever } from '../base/assert.ts'
import { decodeText } from '../base/bytes.ts'
import type { RecordLayout } from './record-layout.ts'
import { type IntType, layoutFields, type StringType, sizeOf, type Type } from './types/type.ts'
import type { Value } from './value.ts'

/** Function names by attach cookie (`ObjectSpec.sites`). */
export type SiteNames = ReadonlyMap<bigint, string>

/** The value of `type` that begins at `offset` of `bytes`. Throws `RangeError` when it does not fit. */
export function decodeValue(type: Type, bytes: Uint8Array, offset: number, sites: SiteNames): Value {
  switch (type.kind) {
    case 'int':
      return { kind: 'int', value: readInt(type, bytes, offset), signed: type.signed }
    case 'bool':
      return { kind: 'bool', value: viewOf(bytes).getUint8(offset) !== 0 }
    case 'pointer':
      return { kind: 'pointer', value: viewOf(bytes).getBigUint64(offset, true) }
    case 'string':
      return readString(type, bytes, offset)
    case 'tuple':
      return decodeTuple(type.fields, bytes, offset, sites)
    case 'struct':
      return {
        kind: 'record',
        fields: type.fields.map((field) => ({
          name: field.name,
          value: decodeValue(field.type, bytes, offset + field.offset, sites),
        })),
      }
    case 'function':
      return { kind: 'symbol', name: siteName(viewOf(bytes).getBigUint64(offset, true), sites) }
    case 'none':
      return { kind: 'none' }
    default:
      return assertNever(type, 'type')
  }
}

/** The fields of a record of a ring buffer, in order. */
export function decodeRecord(layout: RecordLayout, record: Uint8Array, sites: SiteNames): readonly Value[] {
  return layout.fields.map((field) => decodeValue(field.type, record, field.offset, sites))
}

/** What a map that was never assigned reads as: zeros, empty strings. */
export function zeroValue(type: Type): Value {
  return decodeValue(type, new Uint8Array(sizeOf(type)), 0, new Map())
}

function decodeTuple(types: readonly Type[], bytes: Uint8Array, offset: number, sites: SiteNames): Value {
  const { offsets } = layoutFields(types)
  return { kind: 'tuple', items: types.map((type, i) => decodeValue(type, bytes, offset + (offsets[i] ?? 0), sites)) }
}

function readInt(type: IntType, bytes: Uint8Array, offset: number): bigint {
  const view = viewOf(bytes)
  switch (type.size) {
    case 1:
      return BigInt(type.signed ? view.getInt8(offset) : view.getUint8(offset))
    case 2:
      return BigInt(type.signed ? view.getInt16(offset, true) : view.getUint16(offset, true))
    case 4:
      return BigInt(type.signed ? view.getInt32(offset, true) : view.getUint32(offset, true))
    case 8:
      return type.signed ? view.getBigInt64(offset, true) : view.getBigUint64(offset, true)
    default:
      return assertNever(type.size, 'integer size')
  }
}

function readString(type: StringType, bytes: Uint8Array, offset: number): Value {
  if (offset + type.size > bytes.length) throw new RangeError(`string of ${type.size} bytes at offset ${offset} of ${bytes.length}`)
  const buffer = bytes.subarray(offset, offset + type.size)
  const end = buffer.indexOf(0)
  const text = end === -1 ? buffer : buffer.subarray(0, end)
  return { kind: 'string', value: decodeText(text, 'latin1'), truncated: end === -1 && type.size > 0 }
}

/** Low bits of an attach cookie: the virtual offset of the site (`siteCookie`). */
const ADDRESS_BITS = 48

function siteName(cookie: bigint, sites: SiteNames): string {
  return sites.get(cookie) ?? `0x${BigInt.asUintN(ADDRESS_BITS, cookie).toString(16)}`
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
