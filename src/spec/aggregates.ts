/**
 * How a value of an aggregation lies in a map that probes of TypeScript write: 8 bytes for each number.
 */
import { linearBucketCount, log2BucketCount } from './histogram.ts'
import type { Aggregation } from './map-spec.ts'

/** Where in a value its parts are: `count`, `sum`: the number; `min`, `max`: the number, whether there is one; `avg`, `stats`: total, count. */
export const AGGREGATE_OFFSETS = { number: 0, isSet: 8, total: 0, count: 8 } as const

/** Buckets of a histogram; 0 of what is none. */
export function bucketCountOf(aggregation: Aggregation): number {
  if (aggregation.kind === 'hist') return log2BucketCount(aggregation.bits)
  return aggregation.kind === 'lhist' ? linearBucketCount(aggregation) : 0
}

/** Bytes of a value. */
export function aggregateSize(aggregation: Aggregation): number {
  const buckets = bucketCountOf(aggregation)
  if (buckets > 0) return 8 * buckets
  return aggregation.kind === 'count' || aggregation.kind === 'sum' ? 8 : 16
}
