/**
 * Maps as blueprints: what to create in the kernel (`MapSpec`), and how the bytes in it are to be understood (`MapView`).
 */
import type { Type } from './types/type.ts'

/**
 * Kinds of BPF map that the loader creates.
 * `hash` @kernel 3.19, `array` 3.19, `percpu_hash` 4.6, `percpu_array` 4.6, `lru_hash` and `percpu_lru_hash` 4.10, `stack_trace` 4.6,
 * `cgroup_array` 4.8, `prog_array` 4.2, `perf_event_array` 4.3, `queue` 4.20,
 * `stack` 4.20, `bloom_filter` 5.16, `ringbuf` 5.8.
 */
export type MapKind =
  | 'hash'
  | 'array'
  | 'percpu_hash'
  | 'percpu_array'
  | 'lru_hash'
  | 'percpu_lru_hash'
  | 'stack_trace'
  | 'cgroup_array'
  | 'prog_array'
  | 'perf_event_array'
  | 'queue'
  | 'stack'
  | 'bloom_filter'
  | 'ringbuf'

/** A map to create. For a `ringbuf`, `maxEntries` is its size in bytes (a power of two, at least one page). */
export interface MapSpec {
  /** Unique in its object; sanitised by the loader for the kernel, which refuses `@` and cuts at 15 bytes. */
  readonly name: string
  readonly kind: MapKind
  readonly keySize: number
  readonly valueSize: number
  readonly maxEntries: number
  /** Kernel flags of BPF_MAP_CREATE, such as BPF_F_NO_PREALLOC (1) or BPF_F_MMAPABLE (0x400). */
  readonly flags?: number
  /** A `cgroup_array`'s entry 0: the directory whose fd the loader stores there. */
  readonly cgroupPath?: string
  /** What entry 0 of an `array` holds from the beginning; zeros when absent. */
  readonly contents?: Uint8Array
  /** How its contents are shown and decoded; absent for maps that the user does not see. */
  readonly view?: MapView
  /** What is in it, for maps without view that the user sees nevertheless; the key of an array is left out. Of a `ringbuf`: its records. */
  readonly types?: { readonly key?: Type; readonly value: Type }
}

/** Numbers by the interval of time that they come in: the last `count` intervals, each of `intervalNs` nanoseconds. */
export interface TimeSeries {
  readonly kind: 'tseries'
  readonly signed: boolean
  readonly intervalNs: bigint
  readonly count: number
  /** What becomes of the numbers of one interval. */
  readonly by: 'last' | 'avg' | 'max' | 'min' | 'sum'
}

/** Aggregations whose value is reduced over CPUs when it is read. */
export type Aggregation =
  | { readonly kind: 'count' }
  | { readonly kind: 'sum' | 'min' | 'max' | 'avg' | 'stats'; readonly signed: boolean }
  | { readonly kind: 'hist'; readonly bits: number }
  | TimeSeries
  | { readonly kind: 'lhist'; readonly min: bigint; readonly max: bigint; readonly step: bigint }

/**
 * How the entries of a kernel map read as the user's map.
 *
 * - `cell`: one array entry of one value, for a map without key. The byte at `presentOffset` of the value is 0 until the
 *   map is assigned (per-CPU: on the CPUs that assigned it); clearing writes zeros.
 * - `cell-buckets`: a histogram without key; array index = bucket, value = u64 count. Present when any count is not 0.
 * - `entries`: the kernel map's keys are the user's keys, laid out by `key`.
 * - `entries-buckets`: a histogram by key; the kernel's key is `key` padded to 8 bytes, then the bucket as u64.
 *
 * A `tseries` is stored as histograms are, with one bucket for each interval: its number modulo `count`.
 *
 * Aggregation values, in bytes: count, sum `u64 n`; min, max `u64 n, u64 isSet`; avg, stats `u64 total, u64 count`; tseries
 * `u64 number of the interval, u64 n or total, u64 count, or of "last" the time`.
 * A cell's present flag, where there is one, follows the value at `presentOffset`.
 */
export interface MapView {
  /** The user's name, such as `@` or `@start`. */
  readonly name: string
  readonly storage: 'cell' | 'cell-buckets' | 'entries' | 'entries-buckets'
  readonly perCpu: boolean
  /** Absent for a map without key. A tuple key is shown without its outer parentheses. */
  readonly key?: Type
  /** What the script calls each part of the key, where it has a name. */
  readonly keyNames?: readonly (string | undefined)[]
  readonly value: { readonly kind: 'plain'; readonly type: Type } | { readonly kind: 'aggregation'; readonly aggregation: Aggregation }
  readonly presentOffset?: number
}

/** The map that counts what had no room: an `array` of one entry, laid out by `loss-counts.ts` and added to atomically. */
export const LOSS_MAP = 'lost'
/** The constant that the session sets to what TAI is ahead of the boot clock, in nanoseconds. */
export const TAI_AHEAD_CONSTANT = 'tai_ahead_ns'
/** The `cgroup_array` of one entry that `--cgroup` filters by. */
export const CGROUP_MAP = 'cgroup'
/** The shared ring buffer of a script. */
export const EVENTS_MAP = 'events'
