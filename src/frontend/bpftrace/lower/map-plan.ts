/**
 * Storage of the script's maps: which kernel map holds a map of the language, and how its bytes are laid out. The forms
 * are those that `MapView` (spec/map-spec.ts) describes; a map without key needs no hash.
 */
import type { Aggregation, MapKind, MapSpec, MapView } from '../../../spec/map-spec.ts'
import { INT64, sizeOf, type Type } from '../../../spec/types/type.ts'
import type { MapSymbol } from '../check/symbols.ts'
import type { ScriptConfig } from '../config.ts'

/** A map and its storage. */
export interface MapPlan {
  readonly spec: MapSpec & { readonly view: MapView }
  /** Absent for a map without key. */
  readonly key?: Type
  /** The type of plain values. */
  readonly value?: Type
  readonly aggregation?: Aggregation
}

/** Plans the storage of a checked map. */
export function planMap(symbol: MapSymbol, config: ScriptConfig): MapPlan {
  const { aggregation } = symbol
  if (aggregation === undefined) return planPlain(symbol, symbol.value?.type ?? INT64, config)
  return isHistogram(aggregation) ? planHistogram(symbol, aggregation, config) : planAggregation(symbol, aggregation, config)
}

/** Bytes in front of the bucket in the key of a histogram by key. */
export function bucketOffset(key: Type): number {
  return roundUp(sizeOf(key))
}

/** Number of buckets of a histogram, and of intervals of a time series. */
export function bucketCount(aggregation: Aggregation): number {
  if (aggregation.kind === 'hist') return ((64 - aggregation.bits) << aggregation.bits) + 1
  if (aggregation.kind === 'lhist') return Number((aggregation.max - aggregation.min) / aggregation.step) + 2
  return aggregation.kind === 'tseries' ? aggregation.count : 0
}

function planPlain(symbol: MapSymbol, type: Type, config: ScriptConfig): MapPlan {
  const value = { kind: 'plain', type } as const
  const key = symbol.keyed ? (symbol.key?.type ?? INT64) : undefined
  if (key === undefined)
    return { value: type, spec: cell(symbol.name, { kind: 'array', valueSize: sizeOf(type) }, { value, perCpu: false }) }
  const view = { ...keyedView(symbol), storage: 'entries', perCpu: false, key, value } as const
  return { key, value: type, spec: entries(symbol, { view, keySize: sizeOf(key), valueSize: sizeOf(type) }, config) }
}

function planAggregation(symbol: MapSymbol, aggregation: Aggregation, config: ScriptConfig): MapPlan {
  const value = { kind: 'aggregation', aggregation } as const
  const valueSize = aggregation.kind === 'count' || aggregation.kind === 'sum' ? 8 : 16
  const key = symbol.keyed ? (symbol.key?.type ?? INT64) : undefined
  if (key === undefined) return { aggregation, spec: cell(symbol.name, { kind: 'percpu_array', valueSize }, { value, perCpu: true }) }
  const view = { ...keyedView(symbol), storage: 'entries', perCpu: true, key, value } as const
  return { key, aggregation, spec: entries(symbol, { view, keySize: sizeOf(key), valueSize }, config) }
}

/** Bytes of a bucket of a histogram, and of an interval of a time series. */
const BUCKET_SIZE = { histogram: 8, tseries: 24 } as const

function planHistogram(symbol: MapSymbol, aggregation: Aggregation, config: ScriptConfig): MapPlan {
  const valueSize = BUCKET_SIZE[aggregation.kind === 'tseries' ? 'tseries' : 'histogram']
  const value = { kind: 'aggregation', aggregation } as const
  const key = symbol.keyed ? (symbol.key?.type ?? INT64) : undefined
  if (key === undefined) {
    const view = { name: symbol.name, storage: 'cell-buckets', perCpu: true, value } as const
    const spec = { name: symbol.name, kind: 'percpu_array', keySize: 4, valueSize, maxEntries: bucketCount(aggregation), view } as const
    return { aggregation, spec }
  }
  const view = { ...keyedView(symbol), storage: 'entries-buckets', perCpu: true, key, value } as const
  return { key, aggregation, spec: entries(symbol, { view, keySize: bucketOffset(key) + 8, valueSize }, config) }
}

function keyedView({ name, keyNames }: MapSymbol): Pick<MapView, 'name' | 'keyNames'> {
  return { name, ...(keyNames === undefined ? {} : { keyNames }) }
}

function cell(
  name: string,
  { kind, valueSize }: { kind: MapKind; valueSize: number },
  { value, perCpu }: Pick<MapView, 'value' | 'perCpu'>,
): MapPlan['spec'] {
  const view = { name, storage: 'cell', perCpu, value, presentOffset: valueSize } as const
  return { name, kind, keySize: 4, valueSize: roundUp(valueSize + 1), maxEntries: 1, view }
}

function entries(
  { declared }: MapSymbol,
  { view, keySize, valueSize }: { view: MapView; keySize: number; valueSize: number },
  config: ScriptConfig,
): MapPlan['spec'] {
  const kind = (view.perCpu ? PER_CPU : SHARED)[declared?.forgets === true ? 'forgets' : 'keeps']
  return { name: view.name, kind, keySize, valueSize, maxEntries: declared?.maxEntries ?? config.maxMapKeys, view }
}

const SHARED = { keeps: 'hash', forgets: 'lru_hash' } as const
const PER_CPU = { keeps: 'percpu_hash', forgets: 'percpu_lru_hash' } as const

function isHistogram(aggregation: Aggregation): boolean {
  return aggregation.kind === 'hist' || aggregation.kind === 'lhist' || aggregation.kind === 'tseries'
}

function roundUp(size: number): number {
  return Math.ceil(size / 8) * 8
}
