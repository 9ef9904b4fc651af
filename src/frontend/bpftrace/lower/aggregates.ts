/**
 * Lowers what is done with structs and arrays that a script holds itself, in variables, maps and tuples: fields, elements,
 * comparisons, casts. Those in the memory of the traced program are lowered by `program-values.ts`.
 */
import { assert } from '../../../base/assert.ts'
import { InternalError } from '../../../base/errors.ts'
import type { Operand } from '../../../compiler/ir/ir.ts'
import { type ArrayType, type StructType, sizeOf, type Type } from '../../../spec/types/type.ts'
import type { BinaryExpression, CastExpression, FieldExpression, IndexExpression } from '../ast.ts'
import { bitsIn } from './bit-field.ts'
import { isScalar, loadInteger, storeInteger, type WordSize, wordsAt } from './integers.ts'
import type { Lowering } from './lowering.ts'
import { sendRuntimeWarning } from './runtime-warning.ts'
import { materialize, readPlace } from './store.ts'
import { integerValue, type Place, type Value } from './value.ts'

/** `value.field`. */
export function lowerStructField(lowering: Lowering, { operand, name }: FieldExpression, type: StructType): Value {
  const field = type.fields.find((candidate) => candidate.name === name)
  if (field === undefined) throw new InternalError(`no field ${name}`)
  const base = materialize(lowering, lowering.lower(operand), type)
  const place = { pointer: base.pointer, offset: base.offset + field.offset }
  const { bits } = field
  if (bits === undefined) return readPlace(lowering, field.type, place)
  const load = (offset: number, size: WordSize) =>
    loadInteger(lowering, { kind: 'int', size, signed: false }, { ...place, offset: place.offset + offset })
  return integerValue(bitsIn(lowering.builder, { type: field.type, bits }, load))
}

/** `array[i]`, and characters of texts; an index that is out of bounds yields zeros. */
export function lowerArrayElement(lowering: Lowering, { operand, index, span }: IndexExpression, type: ArrayType): Value {
  const { builder } = lowering
  const { element, count } = type
  const size = sizeOf(element)
  const constant = lowering.constantOf(index)
  const base = materialize(lowering, lowering.lower(operand), lowering.typeOf(operand))
  if (typeof constant === 'bigint') {
    return readPlace(lowering, element, { pointer: base.pointer, offset: base.offset + Number(constant) * size })
  }
  const number = lowering.integer(index)
  const slot = builder.stackSlot('element', Math.max(8, Math.ceil(size / 8) * 8))
  builder.zero(slot, Math.max(8, size))
  const isArray = lowering.typeOf(operand).kind === 'array'
  builder.when(
    builder.compare('ult', number, builder.i64(count)),
    () => {
      const pointer = builder.offsetPointer(base.pointer, builder.binary('mul', number, builder.i64(size)))
      if (isScalar(element)) builder.store(slot, loadInteger(lowering, element, { pointer, offset: base.offset }))
      else builder.copy(slot, pointer, size, { source: base.offset })
    },
    isArray ? () => sendRuntimeWarning(lowering, 'out-of-bounds', span) : undefined,
  )
  return isScalar(element) ? integerValue(builder.load('i64', slot)) : { kind: 'memory', place: { pointer: slot, offset: 0 } }
}

/** `==` and `!=` of arrays of the same size, as an i1. */
export function compareArrays(lowering: Lowering, { left, right, operator }: BinaryExpression): Operand {
  const { builder } = lowering
  const places = [left, right].map((side) => materialize(lowering, lowering.lower(side), lowering.typeOf(side))) as [Place, Place]
  const equal = equalMemory(lowering, places, sizeOf(lowering.typeOf(left)))
  return operator === '==' ? equal : builder.compare('eq', equal, builder.constant('i1', 0))
}

/** Whether so many bytes are the same, as an i1. */
export function equalMemory(lowering: Lowering, [first, second]: readonly [Place, Place], bytes: number): Operand {
  const { builder } = lowering
  let difference: Operand = builder.i64(0)
  for (const { offset, size } of wordsAt(0, bytes)) {
    const word = (place: Place) => loadInteger(lowering, { kind: 'int', size, signed: false }, { ...place, offset: place.offset + offset })
    difference = builder.binary('or', difference, builder.binary('xor', word(first), word(second)))
  }
  return builder.compare('eq', difference, builder.i64(0))
}

/** A cast that reads the same bytes as another type; undefined for other casts. */
export function lowerByteCast(lowering: Lowering, { operand }: CastExpression, to: Type): Value | undefined {
  const from = lowering.typeOf(operand)
  if (from.kind !== 'array' && to.kind !== 'array') return undefined
  if (isScalar(from)) {
    const number = lowering.integer(operand)
    const size = sizeOf(to)
    // A literal is as wide as the array.
    const word = size === 1 || size === 2 || size === 4 || size === 8 ? ({ kind: 'int', size, signed: false } as const) : from
    return { kind: 'deferred', write: (place) => storeInteger(lowering, number, word, place) }
  }
  const value = lowering.lower(operand)
  if (!isScalar(to)) return value
  const place = materialize(lowering, value, from)
  assert(sizeOf(from) === sizeOf(to), 'a cast between bytes keeps their number')
  return integerValue(loadInteger(lowering, to, place))
}
