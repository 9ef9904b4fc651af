/**
 * The maps of a program's parts, for the kernel: a table by kind of part.
 */
import { aggregateSize, bucketCountOf } from '../../spec/aggregates.ts'
import type { MapSpec } from '../../spec/map-spec.ts'
import { sizeOf } from '../../spec/types/type.ts'
import type { Brand } from './brand.ts'
import { encodeValue } from './codec.ts'

/** Values that are as large as this are made on the stack. */
const SMALL = 16

type MapBrand = Extract<Brand, { kind: 'array' | 'hash' | 'queue' | 'bloom' | 'global' | 'aggregate' | 'ringbuf' }>
type Specs = {
  readonly [Kind in MapBrand['kind']]: (name: string, brand: Extract<MapBrand, { kind: Kind }>) => readonly MapSpec[]
}

const SPECS: Specs = {
  array: (name, { storage, value, maxEntries }) => [
    { name, kind: storage, keySize: 4, valueSize: sizeOf(value), maxEntries, types: { value } },
  ],
  hash: (name, { storage, key, value, maxEntries }) => [
    { name, kind: storage, keySize: sizeOf(key), valueSize: sizeOf(value), maxEntries, types: { key, value } },
  ],
  queue: (name, { storage, value, maxEntries }) => [{ name, kind: storage, keySize: 0, valueSize: sizeOf(value), maxEntries }],
  bloom: (name, { value, maxEntries }) => [{ name, kind: 'bloom_filter', keySize: 0, valueSize: sizeOf(value), maxEntries }],
  global: (name, { value, initial }) => [
    { name, kind: 'array', keySize: 4, valueSize: sizeOf(value), maxEntries: 1, contents: encodeValue(value, initial), types: { value } },
  ],
  ringbuf: (name, { struct, sizeBytes }) => [
    { name, kind: 'ringbuf', keySize: 0, valueSize: 0, maxEntries: sizeBytes, types: { value: struct } },
  ],
  aggregate: aggregateMaps,
}

/** The maps of a part, under its name. */
export function mapsOf(name: string, brand: Brand): readonly MapSpec[] {
  if (!isMap(brand)) return []
  const specs = SPECS[brand.kind] as (name: string, brand: MapBrand) => readonly MapSpec[]
  return specs(name, brand)
}

/** True for parts that are maps. */
export function isMap(brand: Brand): brand is MapBrand {
  return Object.hasOwn(SPECS, brand.kind)
}

/** The name of the map that holds an empty value of the aggregation `name`. */
export function emptyValueMap(name: string): string {
  return `${name}.empty`
}

/** True for an aggregation that has a value for each CPU. */
function isPerCpu({ aggregation }: Extract<Brand, { kind: 'aggregate' }>): boolean {
  return bucketCountOf(aggregation) === 0
}

function aggregateMaps(name: string, brand: Extract<Brand, { kind: 'aggregate' }>): readonly MapSpec[] {
  const { storage, key, aggregation, maxEntries } = brand
  const valueSize = aggregateSize(aggregation)
  const kind = isPerCpu(brand) ? (`percpu_${storage}` as const) : storage
  const map: MapSpec = { name, kind, keySize: sizeOf(key), valueSize, maxEntries }
  if (storage === 'array' || valueSize <= SMALL) return [map]
  return [map, { name: emptyValueMap(name), kind: 'array', keySize: 4, valueSize, maxEntries: 1 }]
}
