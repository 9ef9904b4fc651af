/**
 * Aggregations: what becomes of many numbers in the kernel, as the value type of a `hash` or an `array`.
 */
import { UsageError } from '../../base/errors.ts'
import type { ReducedBy } from '../../frontend/typescript/binding.ts'
import { histogramText } from '../../output/histogram-text.ts'
import { AGGREGATE_OFFSETS, aggregateSize, bucketCountOf } from '../../spec/aggregates.ts'
import { linearBucketIndex, log2BucketIndex } from '../../spec/histogram.ts'
import { histogramOf } from '../../spec/map-histograms.ts'
import type { HistogramBucket } from '../../spec/value.ts'
import { BRAND, type Brand, type VALUE } from './brand.ts'

/** An aggregation that reads as `R`, of values `V`; `never` where it takes none. */
export interface AggregationType<R, V> {
  readonly [BRAND]: Brand & { readonly kind: 'aggregation' }
  /** Only for the type checker. */
  readonly [VALUE]: readonly [R, V]
}

/** What an average was made of. */
export interface Average {
  readonly count: bigint
  readonly total: bigint
  /** Rounded toward zero, as bigints are divided. */
  readonly average: bigint
}

/** A histogram. As text it is what bpftrace prints. */
export interface Histogram {
  /** From the first that is not empty to the last; an absent end is open. */
  readonly buckets: readonly HistogramBucket[]
  /** Of all buckets. */
  readonly count: bigint
  toString(): string
}

/** How many. */
export const count = (): AggregationType<bigint, never> => aggregation({ kind: 'count' })
/** The sum, as 64 signed bits. */
export const sum = (): AggregationType<bigint, number | bigint> => aggregation({ kind: 'sum', signed: true })
/** The smallest, of 64 signed bits. */
export const min = (): AggregationType<bigint, number | bigint> => aggregation({ kind: 'min', signed: true })
/** The largest, of 64 signed bits. */
export const max = (): AggregationType<bigint, number | bigint> => aggregation({ kind: 'max', signed: true })
/** The average, with count and total. */
export const avg = (): AggregationType<Average, number | bigint> => aggregation({ kind: 'avg', signed: true })

/**
 * A histogram by powers of two, each cut into 2^`bits` buckets (`bits` from 0, the default, to 5). Throws `UsageError` for other numbers.
 */
export function hist(bits = 0): AggregationType<Histogram, number | bigint> {
  if (!Number.isInteger(bits) || bits < 0 || bits > 5) throw new UsageError(`hist(${bits}): the number of bits is 0 to 5`)
  return aggregation({ kind: 'hist', bits })
}

/**
 * A histogram of equal steps from `least` to `most`, with a bucket for what is below and one for what is above. Throws `UsageError` for
 * steps that make no sense or are more than 1000.
 */
export function lhist(least: number, most: number, step: number): AggregationType<Histogram, number | bigint> {
  const isRight = [least, most, step].every(Number.isSafeInteger) && step > 0 && most > least && (most - least) / step <= 1000
  if (!isRight) throw new UsageError(`lhist(${least}, ${most}, ${step}): integers from the least to the most, in at most 1000 steps`)
  return aggregation({ kind: 'lhist', min: BigInt(least), max: BigInt(most), step: BigInt(step) })
}

function aggregation<R, V>(by: ReducedBy): AggregationType<R, V> {
  return Object.freeze({ [BRAND]: Object.freeze({ kind: 'aggregation', aggregation: by }) }) as unknown as AggregationType<R, V>
}

/** Reads what the kernel made: a value for each CPU, or one for all. Undefined of a minimum or maximum of nothing. */
export function readAggregate(by: ReducedBy, values: readonly Uint8Array[]): unknown {
  const views = values.map((bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  const total = (at: number) => views.reduce((all, view) => all + view.getBigUint64(at, true), 0n)
  switch (by.kind) {
    case 'count':
      return total(AGGREGATE_OFFSETS.number)
    case 'sum':
      return BigInt.asIntN(64, total(AGGREGATE_OFFSETS.number))
    case 'min':
    case 'max': {
      const found = views.filter((view) => view.getBigUint64(AGGREGATE_OFFSETS.isSet, true) !== 0n).map((view) => view.getBigInt64(0, true))
      if (found.length === 0) return undefined
      return found.reduce((a, b) => ((by.kind === 'min' ? a < b : a > b) ? a : b))
    }
    case 'avg':
    case 'stats': {
      const all = { count: total(AGGREGATE_OFFSETS.count), total: BigInt.asIntN(64, total(AGGREGATE_OFFSETS.total)) }
      return { ...all, average: all.count === 0n ? 0n : all.total / all.count }
    }
    default: {
      const counts = Array.from({ length: bucketCountOf(by) }, (_, index) => [index, total(8 * index)] as const)
      const histogram = histogramOf(by, new Map(counts))
      const all = histogram.buckets.reduce((most, bucket) => most + bucket.count, 0n)
      return { buckets: histogram.buckets, count: all, toString: () => histogramText(histogram) }
    }
  }
}

/** The bytes of an aggregation with one more number in it, as the kernel makes them. */
export function reduceInto(by: ReducedBy, before: Uint8Array | undefined, value: bigint): Uint8Array {
  const bytes = before?.slice() ?? new Uint8Array(aggregateSize(by))
  const view = new DataView(bytes.buffer)
  const add = (at: number, more: bigint) => view.setBigUint64(at, BigInt.asUintN(64, view.getBigUint64(at, true) + more), true)
  const number = BigInt.asIntN(64, value)
  if (by.kind === 'count') add(0, 1n)
  else if (by.kind === 'sum') add(0, value)
  else if (by.kind === 'avg' || by.kind === 'stats') {
    add(AGGREGATE_OFFSETS.total, value)
    add(AGGREGATE_OFFSETS.count, 1n)
  } else if (by.kind === 'min' || by.kind === 'max') {
    const held = view.getBigInt64(0, true)
    const isBetter = by.kind === 'min' ? number < held : number > held
    if (view.getBigUint64(AGGREGATE_OFFSETS.isSet, true) === 0n || isBetter) view.setBigInt64(0, number, true)
    view.setBigUint64(AGGREGATE_OFFSETS.isSet, 1n, true)
  } else if (by.kind === 'hist') add(8 * log2BucketIndex(number, by.bits), 1n)
  else if (by.kind === 'lhist') add(8 * linearBucketIndex(number, by), 1n)
  return bytes
}
