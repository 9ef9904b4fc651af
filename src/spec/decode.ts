/**
 * Bytes that the kernel half stored, read back as values by the same types and layouts. What the values look like as
 * text is left to `output/`.
 */
import { assertNever } from '../base/assert.ts'
import { decodeText } from '../base/bytes.ts'
import { inetText, macText } from './network-address.ts'
import type { RecordLayout } from './record-layout.ts'
import { STACK_SIZE } from './stack-layout.ts'
import {
  type ArrayType,
  BUFFER_HEADER,
  type BufferType,
  type IntType,
  layoutFields,
  type RenderedType,
  type Rendering,
  type StackType,
  type StringType,
  type StructField,
  type SymbolType,
  sizeOf,
  type TupleType,
  type Type,
} from './types/type.ts'
import type { Frame, Value } from './value.ts'

/** What decoding asks for where a value is a number that stands for something else. */
export interface Names {
  /** Function names by attach cookie (`ObjectSpec.sites`). */
  readonly sites: ReadonlyMap<bigint, string>
  /** The frames of a stack, given the bytes that it is known by. Absent when nobody can tell. */
  readonly frames?: (type: StackType, key: Uint8Array) => readonly Frame[]
  /** The name of an address; `pid` is 0 for the kernel. */
  readonly symbol?: (address: bigint, pid: number) => Frame
  /** The text of a number: a time, a user, a cgroup. */
  readonly render?: (number: bigint, as: Rendering) => string
}

/** Nothing has a name. */
const NO_NAMES: Names = { sites: new Map() }

/** The value of `type` that begins at `offset` of `bytes`. Throws `RangeError` when it does not fit. */
export function decodeValue(type: Type, bytes: Uint8Array, offset: number, names: Names): Value {
  switch (type.kind) {
    case 'int':
      return intValue(type, readInt(type, bytes, offset))
    case 'bool':
      return { kind: 'bool', value: viewOf(bytes).getUint8(offset) !== 0 }
    case 'pointer':
      return { kind: 'pointer', value: viewOf(bytes).getBigUint64(offset, true) }
    case 'string':
      return readString(type, bytes, offset)
    case 'buffer':
      return readBuffer(type, bytes, offset)
    case 'tuple':
      return decodeTuple(type, bytes, offset, names)
    case 'struct':
      return {
        kind: 'record',
        fields: type.fields.map((field) => ({
          name: field.name,
          value: decodeField(field, bytes, offset, names),
        })),
      }
    case 'function':
      return { kind: 'symbol', name: siteName(viewOf(bytes).getBigUint64(offset, true), names) }
    case 'stack':
      return decodeStack(type, bytes.subarray(offset, offset + STACK_SIZE), names)
    case 'rendered':
      return { kind: 'symbol', name: renderedText(type, bytes.subarray(offset, offset + sizeOf(type)), names) }
    case 'symbol':
      return decodeSymbol(type, bytes, offset, names)
    case 'array':
      return decodeArray(type, bytes, offset, names)
    case 'none':
    case 'record':
      return { kind: 'none' }
    default:
      return assertNever(type, 'type')
  }
}

function intValue({ signed, enumeration }: IntType, value: bigint): Value {
  const name = enumeration?.values.get(value)
  return { kind: 'int', value, signed, ...(name === undefined ? {} : { name }) }
}

function decodeField({ type, offset: start, bits }: StructField, bytes: Uint8Array, offset: number, names: Names): Value {
  if (bits === undefined || type.kind !== 'int') return decodeValue(type, bytes, offset + start, names)
  const first = offset + start
  const end = Math.ceil((bits.offset + bits.size) / 8)
  let number = 0n
  for (let at = end - 1; at >= 0; at--) number = (number << 8n) | BigInt(bytes[first + at] ?? 0)
  const value = (type.signed ? BigInt.asIntN : BigInt.asUintN)(bits.size, number >> BigInt(bits.offset))
  return intValue(type, value)
}

/** The fields of a record of a ring buffer, in order. */
export function decodeRecord(layout: RecordLayout, record: Uint8Array, names: Names): readonly Value[] {
  return layout.fields.map((field) => decodeValue(field.type, record, field.offset, names))
}

/** What a map that was never assigned reads as: zeros, empty strings. */
export function zeroValue(type: Type): Value {
  return decodeValue(type, new Uint8Array(sizeOf(type)), 0, NO_NAMES)
}

function decodeArray({ element, count }: ArrayType, bytes: Uint8Array, offset: number, names: Names): Value {
  const items = Array.from({ length: count }, (_, index) => decodeValue(element, bytes, offset + index * sizeOf(element), names))
  return { kind: 'array', items }
}

function decodeTuple({ fields, names: called }: TupleType, bytes: Uint8Array, offset: number, names: Names): Value {
  const { offsets } = layoutFields(fields)
  const items = fields.map((type, i) => decodeValue(type, bytes, offset + (offsets[i] ?? 0), names))
  if (called === undefined) return { kind: 'tuple', items }
  return { kind: 'record', fields: items.map((value, i) => ({ name: called[i] ?? '', value })) }
}

function decodeStack(type: StackType, key: Uint8Array, { frames }: Names): Value {
  const isEmpty = key.every((byte) => byte === 0)
  return { kind: 'stack', mode: type.mode, space: type.space, frames: isEmpty ? [] : (frames?.(type, key) ?? []) }
}

function decodeSymbol(type: SymbolType, bytes: Uint8Array, offset: number, { symbol }: Names): Value {
  const address = viewOf(bytes).getBigUint64(offset, true)
  const pid = type.space === 'user' ? viewOf(bytes).getUint32(offset + 8, true) : 0
  const frame = symbol?.(address, pid)
  return { kind: 'symbol', name: frame?.symbol ?? addressText(address) }
}

function renderedText({ as }: RenderedType, bytes: Uint8Array, { render }: Names): string {
  if (as.form === 'mac') return macText(bytes)
  if (as.form === 'inet') return inetText(bytes)
  const number = viewOf(bytes).getBigUint64(0, true)
  return render?.(number, as) ?? String(number)
}

/** As printf(3) writes `%#lx`. */
export function addressText(address: bigint): string {
  return address === 0n ? '0' : `0x${address.toString(16)}`
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

function readBuffer(type: BufferType, bytes: Uint8Array, offset: number): Value {
  const length = Math.min(viewOf(bytes).getUint32(offset, true), type.size)
  const start = offset + BUFFER_HEADER
  return { kind: 'buffer', bytes: decodeText(bytes.subarray(start, start + length), 'latin1') }
}

/** Low bits of an attach cookie: the virtual offset of the site (`siteCookie`). */
const ADDRESS_BITS = 48

function siteName(cookie: bigint, { sites }: Names): string {
  return sites.get(cookie) ?? `0x${BigInt.asUintN(ADDRESS_BITS, cookie).toString(16)}`
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
