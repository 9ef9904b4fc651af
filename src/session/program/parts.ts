/**
 * The parts of a program that hold data: what a probe writes and the session reads. Creating one only declares it; it exists
 * once `trace` has been handed it.
 */
import { UsageError } from '../../base/errors.ts'
import { bucketCountOf } from '../../spec/aggregates.ts'
import { type StructType, UINT32 } from '../../spec/types/type.ts'
import type { AggregationType } from './aggregations.ts'
import { BRAND, type Brand, brandOf, type HashStorage, type VALUE } from './brand.ts'
import { encodeValue } from './codec.ts'
import { type ArrayDeclaration, type DataType, typeOf } from './data-types.ts'
import { currentMachine } from './machine.ts'

/** A fixed number of values, zero at first. The methods are for probe functions. */
export interface ArrayPart<T> {
  readonly [BRAND]: Brand & { readonly kind: 'array' }
  readonly [VALUE]: T
  /** The value at `index`, which the compiler must be able to prove in range. */
  readonly get: (index: number) => T
  /** Sets the value at `index`; does nothing beyond the end, as a typed array does. 64-bit values wrap. */
  readonly set: (index: number, value: T) => void
  /** Sets the value at `index`, which must be in range, to what `change` makes of it. */
  readonly update: (index: number, change: (old: T) => T) => void
  /** Adds to a number at once, whatever other CPUs do; 1 when `by` is not given. */
  readonly increment: (index: number, by?: T) => void
}

/** Values by key. The methods are for probe functions. */
export interface HashPart<K, V> {
  readonly [BRAND]: Brand & { readonly kind: 'hash' }
  readonly [VALUE]: readonly [K, V]
  readonly get: (key: K) => V | undefined
  readonly has: (key: K) => boolean
  /** Sets the value of `key`. An entry that the map has no room for is counted in `session.lost`. */
  readonly set: (key: K, value: V) => void
  /** False when there was no such entry. */
  readonly delete: (key: K) => boolean
  /** The value of `key`, which is deleted. */
  readonly take: (key: K) => V | undefined
  /** Sets the value of `key` to what `change` makes of the one that is there. */
  readonly update: (key: K, change: (old: V | undefined) => V) => void
  /** Adds to a number at once, whatever other CPUs do, from 0 when there is none; 1 when `by` is not given. */
  readonly increment: (key: K, by?: V) => void
}

/** Values for each CPU: a session reads their sum, or each by `perCpu`. */
export interface PerCpu {
  readonly [PER_CPU]: true
}
/** Only for the type checker. */
declare const PER_CPU: unique symbol

/** Values in the order in which they came, or the other way round. The methods are for probe functions. */
export interface QueuePart<T> {
  readonly [BRAND]: Brand & { readonly kind: 'queue' }
  readonly [VALUE]: T
  /** False when there was no room, which is counted in `session.lost`. */
  readonly push: (value: T) => boolean
  /** The next value, which is taken out; undefined when there is none. */
  readonly pop: () => T | undefined
  /** The next value, which stays. */
  readonly peek: () => T | undefined
}

/** A set that never forgets, and sometimes takes one value for another. The methods are for probe functions. */
export interface BloomPart<T> {
  readonly [BRAND]: Brand & { readonly kind: 'bloom' }
  readonly [VALUE]: T
  readonly add: (value: T) => boolean
  /** False for what was never added; true for what was, and for a few others. */
  readonly has: (value: T) => boolean
}

/** A variable. In a probe `value` reads and assigns it; several CPUs may do so at once. */
export interface GlobalPart<T> {
  readonly [BRAND]: Brand & { readonly kind: 'global' }
  readonly [VALUE]: T
  value: T
}

/** Numbers that are reduced in the kernel, by key. The methods are for probe functions. */
export interface AggregatePart<K, R, V> {
  readonly [BRAND]: Brand & { readonly kind: 'aggregate' }
  readonly [VALUE]: readonly [K, R]
  /** Takes in a number; of a `count()` one more. An entry that the map has no room for is counted in `session.lost`. */
  readonly add: [V] extends [never] ? (key: K) => void : (key: K, value: V) => void
  readonly has: (key: K) => boolean
  /** False when there was no such entry. Not of arrays. */
  readonly delete: (key: K) => boolean
}

/** Records on their way to user space. The method is for probe functions. */
export interface EventsPart<T> {
  readonly [BRAND]: Brand & { readonly kind: 'ringbuf' }
  readonly [VALUE]: T
  /** Sends a record. One that the buffer has no room for is counted in `session.lost`. @kernel 5.8 */
  readonly emit: (value: T) => void
}

/**
 * Declares an array of `length` values, or of aggregations: `array(hist(), 4)`. Throws `UsageError` for a length that is not positive.
 */
export function array<R, V>(type: AggregationType<R, V>, length: number): AggregatePart<number, R, V>
export function array<T>(type: DataType<T>, length: number): ArrayPart<T>
export function array<T>(type: ArrayDeclaration<T>, length: number): ArrayPart<readonly T[]>
export function array(type: object, length: number): unknown {
  const maxEntries = positive(length, 'array', 'length')
  if (isAggregation(type)) return aggregatePart({ storage: 'array', key: UINT32, aggregation: type[BRAND].aggregation, maxEntries })
  return arrayPart({ kind: 'array', storage: 'array', value: typeOf(type), maxEntries })
}

/**
 * Declares an array with values for each CPU: a probe sees those of its own, which nobody else writes, and a session their sum.
 * Throws `UsageError` for a length that is not positive. @kernel 4.6
 */
export function perCpuArray<T>(type: DataType<T>, length: number): ArrayPart<T> & PerCpu
export function perCpuArray<T>(type: ArrayDeclaration<T>, length: number): ArrayPart<readonly T[]> & PerCpu
export function perCpuArray(type: object, length: number): unknown {
  const maxEntries = positive(length, 'perCpuArray', 'length')
  return arrayPart({ kind: 'array', storage: 'percpu_array', value: typeOf(type), maxEntries })
}

function arrayPart<T>(brand: Brand & { readonly kind: 'array' }): ArrayPart<T> {
  const part: ArrayPart<T> = {
    get: (index) => currentMachine('array.get').get(part, index) as T,
    set: (index, value) => currentMachine('array.set').set(part, index, value),
    update: (index, change) => part.set(index, change(part.get(index))),
    increment: (index, by) => currentMachine('array.increment').increment(part, index, by),
    ...branded<{ kind: 'array' }, T>(brand),
  }
  return Object.freeze(part)
}

/**
 * Declares a hash map of at most `maxEntries` entries (10240 by default, 1024 of histograms), or of aggregations: `hash(u32, count())`.
 * Throws `UsageError` for a number that is not positive.
 */
export function hash<K, R, V>(key: DataType<K>, value: AggregationType<R, V>, maxEntries?: number): AggregatePart<K, R, V>
export function hash<K, V>(key: DataType<K>, value: DataType<V>, maxEntries?: number): HashPart<K, V>
export function hash<K, T>(key: DataType<K>, value: ArrayDeclaration<T>, maxEntries?: number): HashPart<K, readonly T[]>
export function hash(key: DataType<unknown>, value: object, maxEntries?: number): unknown {
  if (!isAggregation(value)) return hashPart('hash', { what: 'hash', key, value: value as DataType<unknown>, maxEntries })
  const { aggregation } = value[BRAND]
  const most = positive(maxEntries ?? (bucketCountOf(aggregation) > 0 ? 1024 : DEFAULT_ENTRIES), 'hash', 'maxEntries')
  return aggregatePart({ storage: 'hash', key: typeOf(key), aggregation, maxEntries: most })
}

/** A hash that, when it is full, forgets entries that were not used for long. @kernel 4.10 */
export function lruHash<K, V>(key: DataType<K>, value: DataType<V>, maxEntries?: number): HashPart<K, V> {
  return hashPart('lru_hash', { what: 'lruHash', key, value, maxEntries })
}

/** A hash with values for each CPU: a probe sees those of its own, which nobody else writes, and a session their sum. @kernel 4.6 */
export function perCpuHash<K, V>(key: DataType<K>, value: DataType<V>, maxEntries?: number): HashPart<K, V> & PerCpu {
  return hashPart('percpu_hash', { what: 'perCpuHash', key, value, maxEntries }) as HashPart<K, V> & PerCpu
}

/** `perCpuHash` and `lruHash` in one. @kernel 4.10 */
export function perCpuLruHash<K, V>(key: DataType<K>, value: DataType<V>, maxEntries?: number): HashPart<K, V> & PerCpu {
  return hashPart('percpu_lru_hash', { what: 'perCpuLruHash', key, value, maxEntries }) as HashPart<K, V> & PerCpu
}

interface HashDeclaration<K, V> {
  readonly what: string
  readonly key: DataType<K>
  readonly value: DataType<V>
  readonly maxEntries: number | undefined
}

const DEFAULT_ENTRIES = 10240

function hashPart<K, V>(storage: HashStorage, declared: HashDeclaration<K, V>): HashPart<K, V> {
  const maxEntries = positive(declared.maxEntries ?? DEFAULT_ENTRIES, declared.what, 'maxEntries')
  const brand: Brand = { kind: 'hash', storage, key: typeOf(declared.key), value: typeOf(declared.value), maxEntries }
  const part: HashPart<K, V> = {
    get: (entry) => currentMachine('hash.get').get(part, entry) as V | undefined,
    has: (entry) => currentMachine('hash.has').get(part, entry) !== undefined,
    set: (entry, to) => currentMachine('hash.set').set(part, entry, to),
    delete: (entry) => currentMachine('hash.delete').delete(part, entry),
    take: (entry) => {
      const value = part.get(entry)
      part.delete(entry)
      return value
    },
    update: (entry, change) => part.set(entry, change(part.get(entry))),
    increment: (entry, by) => currentMachine('hash.increment').increment(part, entry, by),
    ...branded<{ kind: 'hash' }, readonly [K, V]>(brand),
  }
  return Object.freeze(part)
}

/**
 * Declares a ring buffer of records (256 KiB by default). `sizeBytes` is a power of two, at least a page (4096). Throws
 * `UsageError` otherwise, and for a type that is not a struct.
 */
export function ringbuf<T extends object>(type: DataType<T>, sizeBytes = 256 * 1024): EventsPart<T> {
  const layout = typeOf(type)
  if (layout.kind !== 'struct') throw new UsageError('ringbuf(...): records are structs: struct({ name: u32, ... })')
  if (sizeBytes < 4096 || !Number.isInteger(Math.log2(sizeBytes))) {
    throw new UsageError(`ringbuf(..., ${sizeBytes}): the size must be a power of two and at least 4096`)
  }
  const part: EventsPart<T> = {
    emit: (value) => currentMachine('events.emit').emit(part, value),
    ...branded<{ kind: 'ringbuf' }, T>({ kind: 'ringbuf', struct: layout satisfies StructType, sizeBytes }),
  }
  return Object.freeze(part)
}

/** Declares a queue: first in, first out. Throws `UsageError` for a number that is not positive. @kernel 4.20 */
export function queue<T>(type: DataType<T>, maxEntries = DEFAULT_ENTRIES): QueuePart<T> {
  return queuePart({ kind: 'queue', storage: 'queue', value: typeOf(type), maxEntries: positive(maxEntries, 'queue', 'maxEntries') })
}

/** Declares a stack: last in, first out. Throws `UsageError` for a number that is not positive. @kernel 4.20 */
export function stack<T>(type: DataType<T>, maxEntries = DEFAULT_ENTRIES): QueuePart<T> {
  return queuePart({ kind: 'queue', storage: 'stack', value: typeOf(type), maxEntries: positive(maxEntries, 'stack', 'maxEntries') })
}

function queuePart<T>(brand: Brand & { readonly kind: 'queue' }): QueuePart<T> {
  const part: QueuePart<T> = {
    push: (value) => currentMachine('queue.push').push(part, value),
    pop: () => currentMachine('queue.pop').pop(part, { remove: true }) as T | undefined,
    peek: () => currentMachine('queue.peek').pop(part, { remove: false }) as T | undefined,
    ...branded<{ kind: 'queue' }, T>(brand),
  }
  return Object.freeze(part)
}

/** Declares a Bloom filter for about `maxEntries` values. Throws `UsageError` for a number that is not positive. @kernel 5.16 */
export function bloomFilter<T>(type: DataType<T>, maxEntries = DEFAULT_ENTRIES): BloomPart<T> {
  const brand: Brand = { kind: 'bloom', value: typeOf(type), maxEntries: positive(maxEntries, 'bloomFilter', 'maxEntries') }
  const part: BloomPart<T> = {
    add: (value) => currentMachine('bloomFilter.add').push(part, value),
    has: (value) => currentMachine('bloomFilter.has').contains(part, value),
    ...branded<{ kind: 'bloom' }, T>(brand),
  }
  return Object.freeze(part)
}

/** Declares a variable that probes and the session share. Throws `UsageError` when `initial` is not of the type. @kernel 5.2 */
export function global<T>(type: DataType<T>, initial: T): GlobalPart<T> {
  const value = typeOf(type)
  encodeValue(value, initial)
  const part = branded<{ kind: 'global' }, T>({ kind: 'global', value, initial })
  Object.defineProperty(part, 'value', {
    enumerable: true,
    get: () => currentMachine('global.value').get(part, 0),
    set: (to: T) => currentMachine('global.value').set(part, 0, to),
  })
  return Object.freeze(part) as unknown as GlobalPart<T>
}

function isAggregation(type: unknown): type is AggregationType<unknown, never> {
  return brandOf(type)?.kind === 'aggregation'
}

function aggregatePart<K, R, V>(brand: Omit<Brand & { readonly kind: 'aggregate' }, 'kind'>): AggregatePart<K, R, V> {
  const part = {
    add: (key: K, value?: number | bigint) => currentMachine('aggregation.add').reduce(part, key, value ?? 1n),
    has: (key: K) => currentMachine('aggregation.has').has(part, key),
    delete: (key: K) => currentMachine('aggregation.delete').delete(part, key),
    ...branded<{ kind: 'aggregate' }, readonly [K, R]>({ kind: 'aggregate', ...brand }),
  }
  return Object.freeze(part) as unknown as AggregatePart<K, R, V>
}

/** The properties that only the library (and the type checker) looks at. */
function branded<Kind, T>(brand: Brand): { readonly [BRAND]: Brand & Kind; readonly [VALUE]: T } {
  return { [BRAND]: Object.freeze(brand) } as unknown as { readonly [BRAND]: Brand & Kind; readonly [VALUE]: T }
}

function positive(value: number, what: string, name: string): number {
  if (!Number.isInteger(value) || value < 1 || value > 0xffffffff)
    throw new UsageError(`${what}(...): ${name} must be a positive integer, not ${value}`)
  return value
}
