/**
 * What the keys and values of a map look like, in BTF: what `bpftool map dump` shows a user's map by. Maps that the user does
 * not see have none. Offsets and sizes are those of `MapView` and must add up to those of the kernel's map.
 */
import type { BtfBuilder } from '../../format/btf/btf-builder.ts'
import type { TypeId } from '../../format/btf/btf-type.ts'
import type { Aggregation, MapSpec, MapView } from '../map-spec.ts'
import { BOOL, type IntType, UINT32, UINT64 } from '../types/type.ts'
import { identifier } from './identifier.ts'
import { addInt, addStruct, addType, type Field } from './type-btf.ts'

/** Types of a map's keys and values. */
export interface MapTypes {
  readonly key: TypeId
  readonly value: TypeId
}

/** Describes a map; `undefined` when nothing is known of what is in it. */
export function addMap(builder: BtfBuilder, spec: MapSpec): MapTypes | undefined {
  const name = identifier(spec.name)
  if (spec.kind === 'ringbuf') {
    // The kernel wants no types for it; the struct of its records is there for who looks for it.
    if (spec.types !== undefined) addType(builder, spec.types.value, `${name}_record`)
    return undefined
  }
  if (spec.view !== undefined) return { key: addKey(builder, spec, spec.view), value: addValue(builder, spec, spec.view) }
  if (spec.types === undefined) return undefined
  const { key = UINT32, value } = spec.types
  return { key: addType(builder, key, `${name}_key`), value: addType(builder, value, `${name}_value`) }
}

/** The kernel wants the keys of an array to be a plain integer of 4 bytes. */
function addKey(builder: BtfBuilder, spec: MapSpec, { storage, key }: MapView): TypeId {
  const name = `${identifier(spec.name)}_key`
  if (key === undefined || storage === 'cell' || storage === 'cell-buckets') return addInt(builder, UINT32)
  const type = addType(builder, key, name)
  if (storage === 'entries') return type
  const bucket = { name: 'bucket', type: addInt(builder, UINT64), offset: spec.keySize - 8 }
  return addStruct(builder, { name: `${name}_bucket`, size: spec.keySize, fields: [{ name: 'key', type, offset: 0 }, bucket] })
}

function addValue(builder: BtfBuilder, spec: MapSpec, view: MapView): TypeId {
  const name = `${identifier(spec.name)}_value`
  const fields = view.value.kind === 'plain' ? [] : aggregationFields(builder, view.value.aggregation)
  const [only, ...others] = view.value.kind === 'plain' ? [plainField(builder, view.value.type, name)] : fields
  if (only !== undefined && others.length === 0 && view.presentOffset === undefined) return only.type
  const present: Field[] =
    view.presentOffset === undefined ? [] : [{ name: 'present', type: addType(builder, BOOL, name), offset: view.presentOffset }]
  const all = [...(only === undefined ? [] : [only]), ...others, ...present]
  return addStruct(builder, { name, size: spec.valueSize, fields: all })
}

function plainField(builder: BtfBuilder, type: Parameters<typeof addType>[1], name: string): Field {
  return { name: 'value', type: addType(builder, type, `${name}_inner`), offset: 0 }
}

function aggregationFields(builder: BtfBuilder, aggregation: Aggregation): Field[] {
  const field = (name: string, offset: number, type: IntType = UINT64) => ({ name, offset, type: addInt(builder, type) })
  switch (aggregation.kind) {
    case 'count':
    case 'hist':
    case 'lhist':
      return [field('count', 0)]
    case 'sum':
      return [field('sum', 0, { ...UINT64, signed: aggregation.signed })]
    case 'min':
    case 'max':
      return [field(aggregation.kind, 0, { ...UINT64, signed: aggregation.signed }), field('is_set', 8)]
    case 'tseries':
      return [field('interval', 0), field('number', 8, { ...UINT64, signed: aggregation.signed }), field('second', 16)]
    case 'avg':
    case 'stats':
      return [field('total', 0, { ...UINT64, signed: aggregation.signed }), field('count', 8)]
  }
}
