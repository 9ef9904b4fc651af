/**
 * Values in memory: reading a declared type from a map, a stack slot or a record, and writing one there. A 64-bit place
 * wraps as a BigUint64Array does, a smaller one as the typed array of its size; text is cut to the place, with its NUL.
 */
import type { Node } from 'acorn'
import { assertNever } from '../../base/assert.ts'
import type { IntegerType, Operand } from '../../compiler/ir/ir.ts'
import { conditionOf } from '../../compiler/lowering/select.ts'
import { type ArrayType, type IntType, type StringType, type StructType, sizeOf, type Type } from '../../spec/types/type.ts'
import type { Lowering, Problem } from './lowering.ts'
import { wrongType } from './problems.ts'
import { rangeOfBits } from './range.ts'
import { intValue, type PresentValue, type Value } from './value.ts'

/** A place of a declared type: bytes from a pointer. */
export interface Place {
  readonly pointer: Operand
  readonly offset: number
}

/** The IR's integer of so many bytes. */
function wordOf(size: 1 | 2 | 4 | 8): IntegerType {
  return `i${(size * 8) as 8 | 16 | 32 | 64}`
}
/** How JavaScript holds an integer type. */
export function numericOf(type: IntType): 'number' | 'bigint' {
  return type.size === 8 ? 'bigint' : 'number'
}

/** Reads a value. Text and structs stay where they are, so the place must not change afterwards. */
export function loadValue(cx: Lowering, type: Type, { pointer, offset }: Place): PresentValue {
  const { builder } = cx
  switch (type.kind) {
    case 'int': {
      const word = builder.load(wordOf(type.size), pointer, offset)
      return intValue(numericOf(type), rangeOfBits(type.size * 8, type.signed), builder.convert(word, 'i64', { signed: type.signed }))
    }
    case 'bool':
      return { kind: 'bool', operand: conditionOf(builder, builder.convert(builder.load('i8', pointer, offset), 'i64', { signed: false })) }
    case 'string':
      return { kind: 'string', pointer: builder.at(pointer, offset), size: type.size }
    case 'struct':
      return { kind: 'struct', pointer: builder.at(pointer, offset), type }
    case 'array':
      return { kind: 'array', pointer: builder.at(pointer, offset), type }
    default:
      throw new TypeError(`a ${type.kind} is not a type of this front-end`)
  }
}

/** Reads a value from memory that others may change: text and structs are copied first. */
export function loadSnapshot(cx: Lowering, type: Type, place: Place): PresentValue {
  if (type.kind !== 'string' && type.kind !== 'struct' && type.kind !== 'array') return loadValue(cx, type, place)
  const slot = cx.builder.stackSlot('snapshot', Math.ceil(sizeOf(type) / 8) * 8)
  cx.builder.copy(slot, place.pointer, sizeOf(type), { source: place.offset })
  return loadValue(cx, type, { pointer: slot, offset: 0 })
}

/** Writes a value. Bytes of padding are left alone. Answers false when it was reported to be of a wrong type. */
export function storeValue(cx: Lowering, node: Node, [type, place, value]: readonly [Type, Place, Value]): boolean {
  switch (type.kind) {
    case 'int':
      return storeInteger(cx, node, [type, place, value])
    case 'bool':
      if (value.kind !== 'bool') return value.kind === 'error' ? false : refuse(cx, node, wrongType('a boolean', value))
      cx.builder.store(place.pointer, cx.builder.convert(value.operand, 'i8', { signed: false }), place.offset)
      return true
    case 'string':
      return storeText(cx, node, [type, place, value])
    case 'struct':
      return storeStruct(cx, node, [type, place, value])
    case 'array':
      return storeArray(cx, node, [type, place, value])
    case 'pointer':
    case 'buffer':
    case 'tuple':
    case 'function':
    case 'stack':
    case 'symbol':
    case 'rendered':
    case 'none':
    case 'record':
      throw new TypeError(`a ${type.kind} is not a type of this front-end`)
    default:
      return assertNever(type, 'type')
  }
}

function refuse(cx: Lowering, node: Node, problem: Problem): false {
  cx.report(node, problem)
  return false
}

function storeInteger(cx: Lowering, node: Node, [type, place, value]: readonly [IntType, Place, Value]): boolean {
  const numeric = numericOf(type)
  if (value.kind !== 'int' || value.numeric !== numeric) {
    const hint = value.kind !== 'int' ? undefined : numeric === 'bigint' ? 'write BigInt(...), or 0n for a literal' : 'write Number(...)'
    return value.kind === 'error' ? false : refuse(cx, node, wrongType(`a ${numeric} (${type.size * 8} bits)`, value, hint))
  }
  cx.builder.store(place.pointer, cx.builder.convert(value.low, wordOf(type.size), { signed: false }), place.offset)
  return true
}

/** Writes text to a place of a size: it is cut, or filled up with zeros. */
export function storeText(cx: Lowering, node: Node, [type, { pointer, offset }, value]: readonly [StringType, Place, Value]): boolean {
  const { builder } = cx
  if (value.kind === 'text') {
    for (const [index, byte] of paddedText(value.text, type.size).entries()) {
      builder.store(pointer, builder.constant('i8', byte), offset + index)
    }
    return true
  }
  if (value.kind !== 'string') return value.kind === 'error' ? false : refuse(cx, node, wrongType('a string', value))
  if (value.fill !== undefined && value.size === type.size) {
    value.fill(builder.at(pointer, offset))
    return true
  }
  const size = Math.min(type.size, value.size)
  builder.copy(pointer, value.pointer, size, { target: offset })
  if (value.size > type.size) builder.store(pointer, builder.constant('i8', 0), offset + type.size - 1)
  builder.zero(pointer, type.size - size, offset + size)
  return true
}

/** Bytes that a text takes, its NUL included. */
export function textSize(text: string): number {
  return new TextEncoder().encode(text).length + 1
}

/** UTF-8, cut to leave room for the NUL at a character's border, and filled up with zeros. */
export function paddedText(text: string, size: number): Uint8Array {
  const bytes = new Uint8Array(size)
  new TextEncoder().encodeInto(text, bytes.subarray(0, size - 1))
  return bytes
}

function storeStruct(cx: Lowering, node: Node, [type, place, value]: readonly [StructType, Place, Value]): boolean {
  if (value.kind === 'struct' && value.type === type) {
    cx.builder.copy(place.pointer, value.pointer, type.size, { target: place.offset })
    return true
  }
  if (value.kind !== 'object')
    return value.kind === 'error' ? false : refuse(cx, node, wrongType('an object with the fields of the struct', value))
  const names = type.fields.map(({ name }) => name)
  for (const name of value.fields.keys())
    if (!names.includes(name)) return refuse(cx, value.keys.get(name) ?? node, unknownField(name, names))
  return type.fields
    .map((field) => {
      const variable = value.fields.get(field.name)
      const member = variable === undefined ? undefined : cx.variables?.get(variable)
      if (member === undefined) return refuse(cx, node, missingField(field.name))
      return storeValue(cx, value.nodes.get(field.name) ?? node, [field.type, { ...place, offset: place.offset + field.offset }, member])
    })
    .every((stored) => stored)
}

function storeArray(cx: Lowering, node: Node, [type, place, value]: readonly [ArrayType, Place, Value]): boolean {
  if (value.kind === 'array' && value.type.count === type.count && sizeOf(value.type) === sizeOf(type)) {
    cx.builder.copy(place.pointer, value.pointer, sizeOf(type), { target: place.offset })
    return true
  }
  if (value.kind !== 'list')
    return value.kind === 'error' ? false : refuse(cx, node, wrongType(`an array of ${type.count} elements`, value))
  if (value.items.length !== type.count) return refuse(cx, node, wrongLength(type.count, value.items.length))
  const size = sizeOf(type.element)
  return value.items
    .map((item, index) => {
      const element = cx.variables?.get(item) ?? ({ kind: 'undefined' } as const)
      return storeValue(cx, node, [type.element, { ...place, offset: place.offset + index * size }, element])
    })
    .every((stored) => stored)
}

/** Writes zeros to the bytes of a struct or record that belong to no field. */
export function zeroPadding(
  cx: Lowering,
  pointer: Operand,
  area: { readonly type: StructType; readonly offset: number; readonly size: number },
): void {
  let end = area.offset
  for (const field of area.type.fields) {
    const start = area.offset + field.offset
    cx.builder.zero(pointer, start - end, end)
    zeroInner(cx, pointer, { type: field.type, offset: start })
    end = start + sizeOf(field.type)
  }
  cx.builder.zero(pointer, area.offset + area.size - end, end)
}

/** Writes zeros to what no field holds, in structs and in arrays of them. */
export function zeroInner(cx: Lowering, pointer: Operand, { type, offset }: { readonly type: Type; readonly offset: number }): void {
  if (type.kind === 'struct') zeroPadding(cx, pointer, { type, offset, size: type.size })
  if (type.kind !== 'array') return
  for (let index = 0; index < type.count; index++)
    zeroInner(cx, pointer, { type: type.element, offset: offset + index * sizeOf(type.element) })
}

/** A stack slot that holds `value` as `type`, padding zeroed: an argument for a helper. Undefined when it was refused. */
export function materialize(cx: Lowering, node: Node, [type, value, name]: readonly [Type, Value, string]): Operand | undefined {
  const slot = cx.builder.stackSlot(name, Math.ceil(sizeOf(type) / 8) * 8)
  zeroInner(cx, slot, { type, offset: 0 })
  return storeValue(cx, node, [type, { pointer: slot, offset: 0 }, value]) ? slot : undefined
}

const wrongLength = (wanted: number, found: number): Problem => ({
  code: 'wrong-length',
  message: `expected an array of ${wanted} elements, found one of ${found}`,
})
const unknownField = (name: string, fields: readonly string[]): Problem => ({
  code: 'unknown-field',
  message: `the struct has no field ${name}`,
  hint: `it has ${fields.join(', ')}`,
})
const missingField = (name: string): Problem => ({
  code: 'missing-field',
  message: `the field ${name} is missing`,
  hint: 'every field of the struct needs a value',
})
