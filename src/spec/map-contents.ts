/**
 * From the raw entries of a kernel map to the user's map as values, in the order in which it is shown: joins the CPUs, gathers
 * the buckets of histograms, tells an unassigned map from one that holds zero, and applies `top` and `div` of `print()`.
 */
import { decodeValue, type Names, zeroValue } from './decode.ts'
import { bucketsOf, gatherHistograms, type HistogramAggregation } from './map-histograms.ts'
import { type KeyedEntry, sortEntries } from './map-order.ts'
import { gatherSeries, seriesOf } from './map-series.ts'
import type { MapView, TimeSeries } from './map-spec.ts'
import { type RawEntry, reduceAggregation } from './reduce.ts'
import type { MapContents, Value } from './value.ts'

/** What `print(@m, top, div)` asks for; absent or 0 leaves everything as it is. */
export interface PrintLimits {
  /** Only the entries with the largest values, this many. */
  readonly top?: number
  /** Divides numbers, averages and the counts of `hist`. */
  readonly divide?: number
}

/** What reading a map takes besides its entries. */
export interface ReadOptions extends PrintLimits {
  readonly names: Names
}

/** The contents of a map from a snapshot of its raw entries. */
export function readMapContents(view: MapView, entries: readonly RawEntry[], options: ReadOptions): MapContents {
  const divisor = BigInt(options.divide ?? 0) || 1n
  const shown = { name: view.name, shape: shapeOf(view) }
  if (view.key === undefined) {
    const { value, assigned } = readCell(view, entries, options.names)
    return { ...shown, keyed: false, assigned, entries: value === undefined ? [] : [{ value: divideValue(value, divisor) }] }
  }
  const sorted = sortEntries(view, readEntries(view, entries, options.names))
  const kept = options.top && seriesIn(view) === undefined ? sorted.slice(-options.top) : sorted
  return { ...shown, keyed: true, assigned: true, entries: kept.map(({ key, value }) => ({ key, value: divideValue(value, divisor) })) }
}

function shapeOf(view: MapView): MapContents['shape'] {
  if (view.value.kind === 'plain') return 'plain'
  switch (view.value.aggregation.kind) {
    case 'hist':
    case 'lhist':
      return 'histogram'
    case 'tseries':
      return 'series'
    case 'avg':
      return 'average'
    case 'stats':
      return 'stats'
    default:
      return 'plain'
  }
}

/** A map without key. A histogram that holds nothing has no value at all: `print()` shows nothing either. */
function readCell(view: MapView, entries: readonly RawEntry[], names: Names): { value?: Value; assigned: boolean } {
  const histogram = histogramOf(view)
  if (histogram !== undefined) {
    const value = bucketsOf(histogram, entries)
    return value.buckets.length > 0 ? { value, assigned: true } : { assigned: false }
  }
  const series = seriesIn(view)
  if (series !== undefined) {
    const value = seriesOf(series, entries, names)
    return value.points.length > 0 ? { value, assigned: true } : { assigned: false }
  }
  const present = (entries[0]?.values ?? []).filter((value) => isPresent(value, view.presentOffset))
  return { value: readValue(view, present, names), assigned: present.length > 0 }
}

function isPresent(value: Uint8Array, presentOffset: number | undefined): boolean {
  return presentOffset === undefined ? value.some((byte) => byte !== 0) : value[presentOffset] !== 0
}

function readEntries(view: MapView, entries: readonly RawEntry[], names: Names): readonly KeyedEntry[] {
  const keyType = view.key!
  return gatherEntries(view, entries, names).map(({ key, value }) => ({ key: decodeValue(keyType, key, 0, names), value }))
}

function gatherEntries(view: MapView, entries: readonly RawEntry[], names: Names) {
  const [histogram, series] = [histogramOf(view), seriesIn(view)]
  if (histogram !== undefined) return gatherHistograms(histogram, entries)
  if (series !== undefined) return gatherSeries(series, entries, names)
  return entries.map(({ key, values }) => ({ key, value: readValue(view, values, names) }))
}

function readValue(view: MapView, values: readonly Uint8Array[], names: Names): Value {
  if (view.value.kind === 'aggregation') {
    const { aggregation } = view.value
    if (aggregation.kind === 'tseries') return seriesOf(aggregation, [], names)
    if (aggregation.kind !== 'hist' && aggregation.kind !== 'lhist') return reduceAggregation(aggregation, values)
    return bucketsOf(aggregation, [])
  }
  const [value] = values
  return value === undefined ? zeroValue(view.value.type) : decodeValue(view.value.type, value, 0, names)
}

function histogramOf(view: MapView): HistogramAggregation | undefined {
  if (view.value.kind === 'plain') return undefined
  const { aggregation } = view.value
  return aggregation.kind === 'hist' || aggregation.kind === 'lhist' ? aggregation : undefined
}

function seriesIn({ value }: MapView): TimeSeries | undefined {
  return value.kind === 'aggregation' && value.aggregation.kind === 'tseries' ? value.aggregation : undefined
}

/** Divides what `print(@m, top, div)` divides, truncating towards zero. Linear histograms stay as they are. */
function divideValue(value: Value, divisor: bigint): Value {
  if (value.kind === 'int') return { ...value, value: value.value / divisor }
  if (value.kind === 'stats') return { ...value, average: value.average / divisor }
  if (value.kind !== 'histogram' || value.scale === 'linear') return value
  return { ...value, buckets: value.buckets.map((bucket) => ({ ...bucket, count: bucket.count / divisor })) }
}
