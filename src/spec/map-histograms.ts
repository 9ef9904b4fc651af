/**
 * Histograms of a map: the kernel counts one entry per bucket (`cell-buckets`, `entries-buckets` of `MapView`); here they become
 * one value per key, from the first bucket that is not empty to the last.
 */
import { type BucketRange, linearBucketRange, log2BucketRange } from './histogram.ts'
import type { Aggregation } from './map-spec.ts'
import { bucketCount, type RawEntry } from './reduce.ts'
import type { Value } from './value.ts'

/** The aggregations that count in buckets. */
export type HistogramAggregation = Extract<Aggregation, { kind: 'hist' | 'lhist' }>
type Histogram = Extract<Value, { kind: 'histogram' }>

/** Bytes of the bucket index behind the key of an `entries-buckets` map. */
const BUCKET_SIZE = 8

/** A histogram without key: the entries' keys (u32) are the bucket indexes. */
export function bucketsOf(aggregation: HistogramAggregation, entries: readonly RawEntry[]): Histogram {
  const counts = new Map<number, bigint>()
  for (const { key, values } of entries) counts.set(viewOf(key).getUint32(0, true), bucketCount(values))
  return histogramOf(aggregation, counts)
}

/** Entries by the key in front of the bucket index, in the order of first appearance. */
export function groupBuckets(entries: readonly RawEntry[]): readonly { readonly key: Uint8Array; readonly entries: RawEntry[] }[] {
  const groups = new Map<string, { readonly key: Uint8Array; readonly entries: RawEntry[] }>()
  for (const entry of entries) {
    const key = entry.key.subarray(0, entry.key.length - BUCKET_SIZE)
    getOrAdd(groups, String(key), () => ({ key, entries: [] as RawEntry[] })).entries.push(entry)
  }
  return [...groups.values()]
}

/** Histograms by key: one for each distinct key in front of the bucket index, in the order of first appearance. */
export function gatherHistograms(
  aggregation: HistogramAggregation,
  entries: readonly RawEntry[],
): readonly { readonly key: Uint8Array; readonly value: Histogram }[] {
  return groupBuckets(entries).map(({ key, entries: of }) => {
    const counts = of.map((entry) => [Number(viewOf(entry.key).getBigUint64(key.length, true)), bucketCount(entry.values)] as const)
    return { key, value: histogramOf(aggregation, new Map(counts)) }
  })
}

/** A histogram of the counts by index of bucket, from the first that is not empty to the last. */
export function histogramOf(aggregation: HistogramAggregation, counts: ReadonlyMap<number, bigint>): Histogram {
  const filled = [...counts].filter(([, count]) => count !== 0n).map(([index]) => index)
  const first = filled.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const last = filled.reduce((a, b) => Math.max(a, b), -1)
  const buckets = []
  for (let index = first; index <= last; index++) buckets.push({ ...rangeOf(aggregation, index), count: counts.get(index) ?? 0n })
  if (aggregation.kind === 'hist') return { kind: 'histogram', scale: 'log2', buckets }
  return { kind: 'histogram', scale: 'linear', step: aggregation.step, buckets }
}

function rangeOf(aggregation: HistogramAggregation, index: number): BucketRange {
  return aggregation.kind === 'hist' ? log2BucketRange(index, aggregation.bits) : linearBucketRange(index, aggregation)
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key)
  if (found !== undefined) return found
  const made = make()
  map.set(key, made)
  return made
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
