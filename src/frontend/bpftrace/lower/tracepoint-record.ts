/**
 * Lowers what is read of a tracepoint's record, which is the context of its programs: a field, or all of them.
 */
import { InternalError } from '../../../base/errors.ts'
import { accessOf } from '../../../spec/tracepoint-field.ts'
import { type StructType, sizeOf, type Type } from '../../../spec/types/type.ts'
import { loadInteger } from './integers.ts'
import type { Lowering } from './lowering.ts'
import { storeValue, zeroGaps } from './store.ts'
import { integerValue, type Place, type Value } from './value.ts'

/** The value of a field, as `type`. */
export function lowerRecordField(lowering: Lowering, name: string, type: Type): Value {
  const { builder, unit } = lowering
  const field = unit.context.tracepoint?.fields.find((candidate) => candidate.name === name)
  if (field === undefined) throw new InternalError(`no field ${name}`)
  const { context } = builder
  switch (accessOf(field).kind) {
    case 'located': {
      const location = builder.convert(builder.load('i32', context, field.offset), 'i64', { signed: false })
      return integerValue(builder.addressOf(builder.offsetPointer(context, builder.binary('and', location, builder.i64(0xffff)))))
    }
    case 'array':
    case 'characters': {
      const write = (place: Place) => {
        const target = builder.at(place.pointer, place.offset)
        builder.call('probe_read_kernel', [target, builder.i64(field.size), builder.at(context, field.offset)])
      }
      return { kind: 'deferred', write }
    }
    default:
      return integerValue(loadInteger(lowering, type, { pointer: context, offset: field.offset }))
  }
}

/** All fields, laid out as the struct has them. */
export function lowerRecord(lowering: Lowering, { fields, size }: StructType): Value {
  const values = fields.map(({ name, type }) => lowerRecordField(lowering, name, type))
  const offsets = fields.map(({ offset }) => offset)
  const ends = fields.map(({ type, offset }) => offset + sizeOf(type))
  const write = ({ pointer, offset }: Place) => {
    zeroGaps(lowering, { pointer, offset }, { offsets, ends, size })
    for (const [index, { type, offset: start }] of fields.entries()) {
      storeValue(lowering, { value: values[index] as Value, from: type, place: { pointer, offset: offset + start }, to: type })
    }
  }
  return { kind: 'deferred', write }
}
