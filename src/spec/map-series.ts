/**
 * Time series of a map: each CPU keeps one entry per interval, and writes over those of intervals that are long past; here they
 * become one list of points per key.
 */
import type { Names } from './decode.ts'
import { groupBuckets } from './map-histograms.ts'
import type { TimeSeries } from './map-spec.ts'
import type { RawEntry } from './reduce.ts'
import type { SeriesPoint, Value } from './value.ts'

type Series = Extract<Value, { kind: 'series' }>

/** What one CPU has of one interval. */
interface Part {
  readonly interval: bigint
  readonly number: bigint
  readonly second: bigint
}

const OFFSETS = { interval: 0, number: 8, second: 16 } as const

/** The series of entries that belong to one key. */
export function seriesOf(series: TimeSeries, entries: readonly RawEntry[], names: Names): Series {
  const parts = entries.flatMap(({ values }) => values.map((value) => readPart(value, series))).filter(({ interval }) => interval !== 0n)
  const latest =
    parts
      .map(({ interval }) => interval)
      .toSorted(ascending)
      .at(-1) ?? 0n
  const byInterval = new Map<bigint, Part[]>()
  for (const part of parts) {
    if (part.interval <= latest - BigInt(series.count)) continue
    byInterval.set(part.interval, [...(byInterval.get(part.interval) ?? []), part])
  }
  const points = [...byInterval]
    .sort(([a], [b]) => ascending(a, b))
    .map(([interval, of]) => pointOf(series, { interval, parts: of, names }))
  return { kind: 'series', intervalNs: series.intervalNs, points }
}

/** Series by key. */
export function gatherSeries(series: TimeSeries, entries: readonly RawEntry[], names: Names) {
  return groupBuckets(entries).map(({ key, entries: of }) => ({ key, value: seriesOf(series, of, names) }))
}

function readPart(bytes: Uint8Array, { signed }: TimeSeries): Part {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const number = view.getBigUint64(OFFSETS.number, true)
  return {
    interval: view.getBigUint64(OFFSETS.interval, true),
    number: signed ? BigInt.asIntN(64, number) : number,
    second: view.getBigUint64(OFFSETS.second, true),
  }
}

function pointOf(
  series: TimeSeries,
  { interval, parts, names }: { readonly interval: bigint; readonly parts: readonly Part[]; readonly names: Names },
): SeriesPoint {
  const startNs = interval * series.intervalNs
  const form = { form: 'timestamp', clock: 'tai', format: '%Y-%m-%d %H:%M:%S.%k' } as const
  return { startNs, start: names.render?.(startNs, form) ?? String(startNs), value: combine(series, parts) }
}

/** One number of what the CPUs have of an interval. */
function combine({ by }: TimeSeries, parts: readonly Part[]): bigint {
  const numbers = parts.map(({ number }) => number).toSorted(ascending)
  const total = numbers.reduce((sum, number) => sum + number, 0n)
  switch (by) {
    case 'last':
      return parts.reduce((last, part) => (part.second > last.second ? part : last)).number
    case 'avg':
      return total / (parts.reduce((sum, { second }) => sum + second, 0n) || 1n)
    case 'max':
      return numbers.at(-1) ?? 0n
    case 'min':
      return numbers[0] ?? 0n
    case 'sum':
      return total
  }
}

function ascending(a: bigint, b: bigint): number {
  return a < b ? -1 : 1
}
