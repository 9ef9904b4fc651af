/**
 * Lowers walks through the memory of the traced program. An expression of the check's `program-values.ts` is a place: an
 * address, or for an argument and its members the registers that it was passed in.
 */
import { InternalError } from '../../../base/errors.ts'
import type { Operand } from '../../../compiler/ir/ir.ts'
import { type Location, locationPlus, type NoLocation } from '../../../format/dwarf/locations/location.ts'
import { scalarAt } from '../../../format/dwarf/locations/scalar.ts'
import type { ProbeArgument, RecordMember } from '../../../spec/type-source.ts'
import { type PointerSpace, type PointerType, type RecordType, type StructType, sizeOf, type Type } from '../../../spec/types/type.ts'
import type { Expression, FieldExpression, IndexExpression } from '../ast.ts'
import { isContext } from '../builtins/ctx.ts'
import { findLocated } from '../check/located.ts'
import { elementOf, recordOf, TYPE_NAME } from '../check/program-values.ts'
import { findMember } from '../check/records.ts'
import { type BitField, bitsIn } from './bit-field.ts'
import { castInteger, isScalar, loadInteger as loadScalar, storeInteger } from './integers.ts'
import type { Lowering } from './lowering.ts'
import { readAt, readString } from './memory.ts'
import { sendRuntimeWarning } from './runtime-warning.ts'
import { storeValue, zeroGaps } from './store.ts'
import { lowerTerm } from './terms.ts'
import { lowerTypeName } from './type-name.ts'
import { integerValue, type Place, type Value } from './value.ts'

/** Where something of the program is. */
type ProgramPlace =
  | { readonly kind: 'address'; readonly address: Operand; readonly space: PointerSpace }
  | { readonly kind: 'located'; readonly location: Location }
  /** Bytes from the start of the program's context. */
  | { readonly kind: 'context'; readonly offset: number }

/** The value of `args.name`, `record.name` or `pointer->name`. */
export function lowerMember(lowering: Lowering, expression: FieldExpression): Value {
  if (findLocated(lowering, expression) !== undefined) return lowerLocated(lowering, expression)
  const record = recordOf(lowering.staticTypeOf(expression.operand))
  if (record?.dynamic !== undefined && expression.name === TYPE_NAME) return lowerTypeNameOf(lowering, expression.operand, record.dynamic)
  const { member, place } = memberPlace(lowering, expression)
  const type = member.type as Type
  return member.bits === undefined ? load(lowering, place, type) : loadBits(lowering, place, { type, bits: member.bits })
}

/** The value of `array[i]`, `pointer[i]` or `slice[i]`. */
export function lowerElement(lowering: Lowering, expression: IndexExpression): Value {
  const element = typeOfElement(lowering, expression)
  return load(lowering, elementPlace(lowering, expression, element), element)
}

/** The value of an argument or result. */
export function lowerLocated(lowering: Lowering, expression: Expression): Value {
  return load(lowering, locatedPlace(lowering, expression), findLocated(lowering, expression)?.type as Type)
}

/** All arguments of the probed function, laid out as `builtins/args.ts` has them. */
export function lowerArguments(lowering: Lowering, found: readonly ProbeArgument[], { fields, size }: StructType): Value {
  const values = found.map(({ location, type }) => load(lowering, placeAt(lowering, location), type as Type))
  const offsets = fields.map((field) => field.offset)
  const ends = fields.map((field) => field.offset + sizeOf(field.type))
  const write = ({ pointer, offset }: Place) => {
    zeroGaps(lowering, { pointer, offset }, { offsets, ends, size })
    for (const [index, { type, offset: start }] of fields.entries()) {
      const value = values[index] as Value
      storeValue(lowering, { value, from: type, place: { pointer, offset: offset + start }, to: type })
    }
  }
  return { kind: 'deferred', write }
}

/** What a pointer points to. */
export function lowerDereference(lowering: Lowering, operand: Expression, pointer: PointerType): Value {
  const place: ProgramPlace = { kind: 'address', address: lowering.integer(operand), space: pointer.space }
  return load(lowering, place, pointer.to ?? unsignedOf(8))
}

/** The number of elements of a string, slice, array, map or channel (i64); see `calls/len.ts`. */
export function lowerCount(lowering: Lowering, expression: Expression): Operand {
  const { type, object = type } = lowering.staticTypeOf(expression)
  const of = object.kind === 'pointer' ? object.to : object
  if (of?.kind === 'array') return lowering.builder.i64(of.count)
  if (of?.kind !== 'record') throw new InternalError(`a ${of?.kind} has no elements`)
  return loadInteger(lowering, placePlus(lowering, placeOf(lowering, expression), of.sequence?.length ?? of.count ?? 0), 8)
}

/** The text of a string, or of the bytes of a slice, also behind a pointer; of `size` bytes at most, the NUL included. */
export function lowerText(lowering: Lowering, expression: Expression, size: number): Value {
  const { type, object = type } = lowering.staticTypeOf(expression)
  const of = object.kind === 'pointer' ? object.to : object
  if (of?.kind !== 'record' || of.sequence === undefined) throw new InternalError(`a ${of?.kind} is no text`)
  return loadText(lowering, placeOf(lowering, expression), { ...of.sequence, size })
}

function lowerTypeNameOf(lowering: Lowering, operand: Expression, dynamic: NonNullable<RecordType['dynamic']>): Value {
  const word = loadInteger(lowering, placeOf(lowering, operand), 8)
  const path = lowering.unit.context.uprobe?.path ?? ''
  const range = lowering.typeSource.debugTypes?.findGoTypeRange(path)
  if (range === undefined || 'kind' in range) throw new InternalError(`no types of ${path}`)
  return lowerTypeName(lowering, { word, dynamic, range })
}

function locatedPlace(lowering: Lowering, expression: Expression): ProgramPlace {
  return placeAt(lowering, findLocated(lowering, expression)?.location)
}

function placeAt(lowering: Lowering, location: Location | NoLocation | undefined): ProgramPlace {
  if (location === undefined || location.kind === 'nowhere') throw new InternalError('an argument is nowhere')
  if (location.kind === 'memory') return { kind: 'address', address: lowerTerm(lowering, location.address), space: 'user' }
  return { kind: 'located', location }
}

/** Where the value of an expression is that is a record, an array, or a pointer to one of them. */
function placeOf(lowering: Lowering, expression: Expression): ProgramPlace {
  // The verifier takes what an iterator has for pointers that may be null; as memory of the kernel it is numbers.
  if (isContext(expression) && lowering.unit.context.iterated === undefined) return { kind: 'context', offset: 0 }
  const { type, object } = lowering.staticTypeOf(expression)
  if (type.kind === 'pointer' && object === undefined) return { kind: 'address', address: lowering.integer(expression), space: type.space }
  if (findLocated(lowering, expression) !== undefined) return locatedPlace(lowering, expression)
  if (expression.kind === 'field') return memberPlace(lowering, expression).place
  if (expression.kind === 'index') return elementPlace(lowering, expression, typeOfElement(lowering, expression))
  if (expression.kind === 'unary') return placeOf(lowering, expression.operand)
  throw new InternalError(`a ${expression.kind} is no place`)
}

function memberPlace(
  lowering: Lowering,
  { operand, name }: FieldExpression,
): { readonly member: RecordMember; readonly place: ProgramPlace } {
  const record = recordOf(lowering.staticTypeOf(operand))
  const member = record === undefined ? undefined : findMember(lowering, record, name)
  if (member === undefined || 'kind' in member) throw new InternalError(`no field ${name}`)
  let place = placeOf(lowering, operand)
  for (const offset of member.through ?? []) place = pointedAt(lowering, placePlus(lowering, place, offset))
  return { member, place: placePlus(lowering, place, member.offset) }
}

function typeOfElement(lowering: Lowering, { operand }: IndexExpression): Type {
  return elementOf({ options: lowering }, lowering.staticTypeOf(operand)) as Type
}

function elementPlace(lowering: Lowering, { operand, index, span }: IndexExpression, element: Type): ProgramPlace {
  const { builder } = lowering
  const constant = lowering.constantOf(index)
  const { type, object } = lowering.staticTypeOf(operand)
  const sequence = object?.kind === 'record' ? object.sequence : undefined
  const start = placeOf(lowering, operand)
  const base = sequence === undefined ? start : pointedAt(lowering, placePlus(lowering, start, sequence.pointer))
  if (typeof constant === 'bigint') return placePlus(lowering, base, Number(constant) * sizeOf(element))
  if (base.kind !== 'address') throw new InternalError(`an index into ${type.kind} in registers`)
  const number = lowering.integer(index)
  if (object?.kind === 'array' && object.count > 0) {
    const outside = builder.compare('uge', number, builder.i64(object.count))
    builder.when(outside, () => sendRuntimeWarning(lowering, 'out-of-bounds', span))
  }
  const offset = builder.binary('mul', number, builder.i64(sizeOf(element)))
  return { ...base, address: builder.binary('add', base.address, offset) }
}

function pointedAt(lowering: Lowering, place: ProgramPlace): ProgramPlace {
  return { kind: 'address', address: loadInteger(lowering, place, 8), space: 'user' }
}

function placePlus({ builder }: Lowering, place: ProgramPlace, offset: number): ProgramPlace {
  if (offset === 0) return place
  if (place.kind === 'address') return { ...place, address: builder.binary('add', place.address, builder.i64(offset)) }
  if (place.kind === 'context') return { ...place, offset: place.offset + offset }
  const location = locationPlus(place.location, offset)
  if (location === undefined) throw new InternalError('a member lies outside of its record')
  return { kind: 'located', location }
}

function load(lowering: Lowering, place: ProgramPlace, type: Type): Value {
  if (type.kind === 'record' && type.sequence?.text === true)
    return loadText(lowering, place, { ...type.sequence, size: lowering.config.maxStringLength })
  if (place.kind === 'address') return readAt(lowering, place.address, { type, space: place.space })
  if (place.kind === 'context') return loadFromContext(lowering, place.offset, type)
  if (!isScalar(type)) return loadLocatedBytes(lowering, place.location, sizeOf(type))
  return integerValue(extend(lowering, loadLocated(lowering, place.location, sizeOf(type)), type))
}

/** The kernel shows its context word by word; what is larger is read from where the words lie. */
function loadFromContext(lowering: Lowering, offset: number, type: Type): Value {
  const { builder } = lowering
  if (isScalar(type)) return integerValue(loadScalar(lowering, type, { pointer: builder.context, offset }))
  return readAt(lowering, builder.binary('add', builder.addressOf(builder.context), builder.i64(offset)), { type, space: 'kernel' })
}

/** Structs and arrays in registers: as numbers of 8 bytes, or of fewer where their parts are in several places. */
function loadLocatedBytes(lowering: Lowering, location: Location, size: number): Value {
  const numbers = numbersIn(location, 0, size).map((part) => ({
    ...part,
    operand: loadLocated(lowering, locationAt(location, part), part.size),
  }))
  const write = ({ pointer, offset }: Place) => {
    for (const { operand, start, size: bytes } of numbers) {
      storeInteger(lowering, operand, unsignedOf(bytes), { pointer, offset: offset + start })
    }
  }
  return { kind: 'deferred', write }
}

interface Part {
  readonly start: number
  readonly size: number
}

function numbersIn(location: Location, start: number, size: number): readonly Part[] {
  const whole = size === 1 || ([2, 4, 8].includes(size) && scalarAt(location, start, size).kind !== 'nowhere')
  if (whole) return [{ start, size }]
  const first = size > 8 ? 8 : size > 4 ? 4 : size > 2 ? 2 : 1
  return [...numbersIn(location, start, first), ...numbersIn(location, start + first, size - first)]
}

function locationAt(location: Location, { start }: Part): Location {
  const moved = locationPlus(location, start)
  if (moved === undefined) throw new InternalError('a part lies outside of its value')
  return moved
}

/** A number in registers; the part that cannot be had is zero, as memory that cannot be read is. */
function loadLocated(lowering: Lowering, location: Location, size: number): Operand {
  const scalar = scalarAt(location, 0, size)
  if (scalar.kind === 'nowhere') return lowering.builder.i64(0)
  if (scalar.kind === 'computed') return lowerTerm(lowering, scalar.term)
  const value = readAt(lowering, lowerTerm(lowering, scalar.address), { type: unsignedOf(size), space: 'user' })
  if (value.kind !== 'integer') throw new InternalError('a number is an integer')
  return value.operand
}

/** Registers hold anything above the value. */
function extend(lowering: Lowering, operand: Operand, type: Type): Operand {
  return type.kind === 'int' || type.kind === 'bool' ? castInteger(lowering, operand, type.kind === 'bool' ? unsignedOf(1) : type) : operand
}

function unsignedOf(size: number): Type {
  return { kind: 'int', size: size as 1 | 2 | 4 | 8, signed: false }
}

function loadText(
  lowering: Lowering,
  place: ProgramPlace,
  sequence: { readonly pointer: number; readonly length: number; readonly size: number },
): Value {
  const { builder } = lowering
  const number = (offset: number) => loadInteger(lowering, placePlus(lowering, place, offset), 8)
  // The helper writes a NUL behind what it reads.
  const bytes = builder.binary('add', number(sequence.length), builder.i64(1))
  return readString(lowering, {
    address: number(sequence.pointer),
    space: 'user',
    size: sequence.size,
    length: undefined,
    knownLength: bytes,
  })
}

function loadBits(lowering: Lowering, place: ProgramPlace, field: BitField): Value {
  return integerValue(bitsIn(lowering.builder, field, (offset, size) => loadInteger(lowering, placePlus(lowering, place, offset), size)))
}

function loadInteger(lowering: Lowering, place: ProgramPlace, size: number): Operand {
  if (place.kind === 'located') return loadLocated(lowering, place.location, size)
  const value = load(lowering, place, unsignedOf(size))
  if (value.kind !== 'integer') throw new InternalError('a number is an integer')
  return value.operand
}
