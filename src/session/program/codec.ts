/**
 * Values of TypeScript to bytes of the kernel and back, by the declared type. 64-bit places wrap as a BigUint64Array does,
 * smaller ones as the typed array of their size. Little-endian, as every target today.
 */
import { UsageError } from '../../base/errors.ts'
import { paddedText } from '../../frontend/typescript/memory.ts'
import { type IntType, sizeOf, type Type } from '../../spec/types/type.ts'

const decoder = new TextDecoder()

/** The bytes of a value. Throws `UsageError` when it is not of the type. */
export function encodeValue(type: Type, value: unknown): Uint8Array {
  const bytes = new Uint8Array(sizeOf(type))
  writeValue(new DataView(bytes.buffer), 0, { type, value })
  return bytes
}

/** The value in `bytes`, from `offset` on. */
export function decodeValue(type: Type, bytes: Uint8Array, offset = 0): unknown {
  return readerOf(type)(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset)
}

/** Reads one value of a type at an offset. */
export type ValueReader = (view: DataView, offset: number) => unknown

/** A reader for a type, made once: records are read with it by the million. */
export function readerOf(type: Type): ValueReader {
  switch (type.kind) {
    case 'int':
      return integerReader(type)
    case 'bool':
      return (view, offset) => view.getUint8(offset) !== 0
    case 'string':
      return (view, offset) => readText(view, offset, type.size)
    case 'struct': {
      const fields = type.fields.map((field) => ({ name: field.name, offset: field.offset, read: readerOf(field.type) }))
      return (view, offset) => {
        const value: Record<string, unknown> = {}
        for (const field of fields) value[field.name] = field.read(view, offset + field.offset)
        return value
      }
    }
    case 'array': {
      const { element, count } = type
      const [size, read] = [sizeOf(element), readerOf(element)]
      return (view, offset) => Array.from({ length: count }, (_, index) => read(view, offset + index * size))
    }
    default:
      throw new TypeError(`a ${type.kind} is not a type of a program`)
  }
}

function integerReader({ size, signed }: IntType): ValueReader {
  switch (size) {
    case 1:
      return signed ? (view, at) => view.getInt8(at) : (view, at) => view.getUint8(at)
    case 2:
      return signed ? (view, at) => view.getInt16(at, true) : (view, at) => view.getUint16(at, true)
    case 4:
      return signed ? (view, at) => view.getInt32(at, true) : (view, at) => view.getUint32(at, true)
    case 8:
      return signed ? (view, at) => view.getBigInt64(at, true) : (view, at) => view.getBigUint64(at, true)
  }
}

function readText(view: DataView, offset: number, size: number): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + offset, size)
  const end = bytes.indexOf(0)
  return decoder.decode(end === -1 ? bytes : bytes.subarray(0, end))
}

function writeValue(view: DataView, offset: number, { type, value }: { readonly type: Type; readonly value: unknown }): void {
  if (type.kind === 'int') writeInteger(view, offset, { type, value })
  else if (type.kind === 'bool' && typeof value === 'boolean') view.setUint8(offset, value ? 1 : 0)
  else if (type.kind === 'string' && typeof value === 'string') {
    new Uint8Array(view.buffer, view.byteOffset + offset, type.size).set(paddedText(value, type.size))
  } else if (type.kind === 'struct' && typeof value === 'object' && value !== null) {
    for (const field of type.fields) writeValue(view, offset + field.offset, { type: field.type, value: Reflect.get(value, field.name) })
  } else if (type.kind === 'array' && Array.isArray(value) && value.length === type.count) {
    for (const [index, one] of value.entries()) writeValue(view, offset + index * sizeOf(type.element), { type: type.element, value: one })
  } else
    throw wrongValue(
      type.kind === 'array' ? `array of ${type.count}` : type.kind === 'struct' ? 'object' : type.kind === 'bool' ? 'boolean' : type.kind,
      value,
    )
}

function writeInteger(view: DataView, offset: number, { type, value }: { readonly type: IntType; readonly value: unknown }): void {
  if (type.size === 8) {
    if (typeof value !== 'bigint') throw wrongValue('bigint', value)
    view.setBigUint64(offset, BigInt.asUintN(64, value), true)
    return
  }
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw wrongValue('integer', value)
  const bits = BigInt.asUintN(type.size * 8, BigInt(value))
  if (type.size === 4) view.setUint32(offset, Number(bits), true)
  else if (type.size === 2) view.setUint16(offset, Number(bits), true)
  else view.setUint8(offset, Number(bits))
}

function wrongValue(expected: string, value: unknown): UsageError {
  return new UsageError(
    `expected a value of type ${expected}, found ${typeof value === 'bigint' ? `${value}n` : String(value)} (${typeof value})`,
  )
}
