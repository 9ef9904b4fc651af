/**
 * Writes values to memory. Every byte of them, padding too, where they are compared as bytes, as keys of maps are; in a
 * record, whose reader stops at a text's NUL, what is behind the NUL may stay.
 */
import { assert } from '../../../base/assert.ts'
import { alignOf, fieldIndex, layoutFields, sizeOf, type Type } from '../../../spec/types/type.ts'
import { castInteger, isScalar, loadInteger, storeInteger } from './integers.ts'
import type { Lowering } from './lowering.ts'
import { integerValue, type Place, type Value } from './value.ts'

/** What is written where: `value` is of type `from` and is wanted as type `to`. */
export interface StoreRequest {
  readonly value: Value
  readonly from: Type
  readonly place: Place
  readonly to: Type
  /** Bytes behind the NUL of a text: zeros when absent. */
  readonly behindText?: 'any'
}

/** Writes a value; integers are converted, strings are padded with zeros, tuples go field by field. */
export function storeValue(lowering: Lowering, request: StoreRequest): void {
  if (request.to.kind === 'tuple') storeTuple(lowering, request)
  else if (isScalar(request.to)) storeScalar(lowering, request)
  else storeBytes(lowering, request)
}

/** The value's bytes in memory; uses a slot of the stack when they are nowhere yet. */
export function materialize(lowering: Lowering, value: Value, type: Type): Place {
  if (value.kind === 'memory') return value.place
  const slot = lowering.builder.stackSlot('value', Math.ceil(sizeOf(type) / 8) * 8)
  const place = { pointer: slot, offset: 0 }
  storeValue(lowering, { value, from: type, place, to: type })
  return place
}

/** An element of a tuple value. */
export function tupleItem(lowering: Lowering, value: Value, type: Type, index: number): { readonly value: Value; readonly type: Type } {
  assert(type.kind === 'tuple', 'a tuple was expected')
  if (value.kind === 'tuple') return value.items[index] as { value: Value; type: Type }
  const base = materialize(lowering, value, type)
  const field = type.fields[index] as Type
  const place = { pointer: base.pointer, offset: base.offset + (layoutFields(type.fields).offsets[index] ?? 0) }
  return { type: field, value: readPlace(lowering, field, place) }
}

/** The value of a type that lies at a place. */
export function readPlace(lowering: Lowering, type: Type, place: Place): Value {
  return isScalar(type) ? integerValue(loadInteger(lowering, type, place)) : { kind: 'memory', place }
}

function storeScalar(lowering: Lowering, { value, from, place, to }: StoreRequest): void {
  if (value.kind === 'deferred') {
    value.write(place)
    return
  }
  assert(value.kind === 'integer', `an integer was expected for ${to.kind}`)
  const operand = to.kind === 'bool' && from.kind !== 'bool' ? castInteger(lowering, value.operand, to) : value.operand
  storeInteger(lowering, operand, to, place)
}

function storeBytes(lowering: Lowering, { value, from, place, to, behindText }: StoreRequest): void {
  const { builder } = lowering
  const size = Math.min(sizeOf(from), sizeOf(to))
  if (value.kind === 'deferred') writeDeferred(value, place, behindText)
  else if (value.kind === 'memory') {
    builder.copy(place.pointer, value.place.pointer, size, { target: place.offset, source: value.place.offset })
  } else assert(false, `bytes were expected for ${to.kind}`)
  builder.zero(place.pointer, sizeOf(to) - size, place.offset + size)
}

function writeDeferred(value: Extract<Value, { kind: 'deferred' }>, place: Place, behindText: 'any' | undefined): void {
  if (behindText === 'any' && value.writeText !== undefined) value.writeText(place)
  else value.write(place)
}

function storeTuple(lowering: Lowering, { value, from, place, to, behindText }: StoreRequest): void {
  assert(to.kind === 'tuple' && from.kind === 'tuple', 'a tuple was expected')
  if (value.kind === 'deferred') {
    const staged = materializeDeferred(lowering, value, from)
    storeTuple(lowering, { value: staged, from, place, to, ...(behindText === undefined ? {} : { behindText }) })
    return
  }
  const { offsets, size } = layoutFields(to.fields)
  zeroGaps(lowering, place, { ends: to.fields.map((field, index) => (offsets[index] ?? 0) + sizeOf(field)), offsets, size })
  for (const [index, field] of to.fields.entries()) {
    const item = tupleItem(lowering, value, from, fieldIndex(to, index, from))
    storeValue(lowering, {
      value: item.value,
      from: item.type,
      place: { pointer: place.pointer, offset: place.offset + (offsets[index] ?? 0) },
      to: field,
      ...(behindText === undefined ? {} : { behindText }),
    })
  }
}

function materializeDeferred(lowering: Lowering, value: Extract<Value, { kind: 'deferred' }>, type: Type): Value {
  const slot = lowering.builder.stackSlot('tuple', Math.ceil(sizeOf(type) / Math.max(8, alignOf(type))) * 8)
  const place = { pointer: slot, offset: 0 }
  value.write(place)
  return { kind: 'memory', place }
}

/** Zeroes the bytes between fields and behind the last. */
export function zeroGaps(
  { builder }: Lowering,
  place: Place,
  layout: { readonly offsets: readonly number[]; readonly ends: readonly number[]; readonly size: number; readonly start?: number },
): void {
  let end = layout.start ?? 0
  for (const [index, offset] of layout.offsets.entries()) {
    builder.zero(place.pointer, offset - end, place.offset + end)
    end = layout.ends[index] ?? end
  }
  builder.zero(place.pointer, layout.size - end, place.offset + end)
}
