/**
 * Aggregations over CPUs: the per-CPU buffers of one entry made into the one value that the user sees. The layouts are those
 * of `MapView`; arithmetic is 64-bit and wraps, as it does in the kernel half.
 */
import type { Aggregation } from './map-spec.ts'
import type { Value } from './value.ts'

/** One entry as `LoadedMap.entries()` gives it: one buffer of value, or one per possible CPU. */
export interface RawEntry {
  readonly key: Uint8Array
  readonly values: readonly Uint8Array[]
}

/** The value of one entry of an aggregation that is not a histogram. */
export function reduceAggregation(aggregation: ScalarAggregation, values: readonly Uint8Array[]): Value {
  switch (aggregation.kind) {
    case 'count':
      return intValue(total(values, 0), false)
    case 'sum':
      return intValue(total(values, 0), aggregation.signed)
    case 'min':
    case 'max':
      return intValue(extreme(aggregation.kind, aggregation.signed, values), aggregation.signed)
    case 'avg':
      return intValue(summarize(aggregation.signed, values).average, aggregation.signed)
    case 'stats':
      return { kind: 'stats', ...summarize(aggregation.signed, values), signed: aggregation.signed }
  }
}

/** Every aggregation but those that are many numbers. */
export type ScalarAggregation = Exclude<Aggregation, { kind: 'hist' | 'lhist' | 'tseries' }>

/** Sum over CPUs of the u64 at the start of each buffer: the count of one bucket. */
export function bucketCount(values: readonly Uint8Array[]): bigint {
  return BigInt.asUintN(64, total(values, 0))
}

function intValue(value: bigint, signed: boolean): Value {
  return { kind: 'int', value: toSign(value, signed), signed }
}

function toSign(value: bigint, signed: boolean): bigint {
  return signed ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value)
}

function total(values: readonly Uint8Array[], offset: number): bigint {
  return values.reduce((sum, value) => sum + readU64(value, offset), 0n)
}

/** The smallest or largest over the CPUs that have one; 0 when none has. */
function extreme(kind: 'min' | 'max', signed: boolean, values: readonly Uint8Array[]): bigint {
  let best: bigint | undefined
  for (const bytes of values) {
    if (readU64(bytes, 8) === 0n) continue
    const value = toSign(readU64(bytes, 0), signed)
    if (best === undefined || (kind === 'min' ? value < best : value > best)) best = value
  }
  return best ?? 0n
}

function summarize(signed: boolean, values: readonly Uint8Array[]): { count: bigint; average: bigint; total: bigint } {
  const count = BigInt.asUintN(64, total(values, 8))
  const sum = toSign(total(values, 0), signed)
  return { count, average: count === 0n ? 0n : sum / count, total: sum }
}

function readU64(bytes: Uint8Array, offset: number): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(offset, true)
}
