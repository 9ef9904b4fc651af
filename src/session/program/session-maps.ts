/**
 * The maps of a running program, seen from user space: typed values in and out. All of them are synchronous: a call takes
 * microseconds. After the session is closed they throw `ClosedError`.
 */
import { UsageError } from '../../base/errors.ts'
import type { LoadedMap } from '../../spec/executor.ts'
import { type Type, UINT32 } from '../../spec/types/type.ts'
import { decodeValue, encodeValue } from './codec.ts'

/** The values of an `array` part. */
export interface SessionArray<T> {
  readonly length: number
  /** The value at `index`. Throws `UsageError` beyond the end. */
  get(index: number): T
  /** Sets the value at `index`; 64-bit values wrap. Throws `UsageError` beyond the end. */
  set(index: number, value: T): void
  /** All values in order. */
  values(): T[]
  /** The value of each CPU, of an array that has one for each; else the one that there is. */
  perCpu(index: number): T[]
}

/** The entries of a `hash` part. */
export interface SessionHash<K, V> {
  get(key: K): V | undefined
  has(key: K): boolean
  /** The value of each CPU, of a hash that has one for each; else the one that there is. */
  perCpu(key: K): V[] | undefined
  /** Sets the value of `key`. Throws when the map is full. */
  set(key: K, value: V): void
  /** False when there was no such entry. */
  delete(key: K): boolean
  /** All entries, as a snapshot that tolerates concurrent change. */
  entries(): [K, V][]
  /** The keys of `entries()`. */
  keys(): K[]
  /** The values of `entries()`. */
  values(): V[]
  /** The entries of `entries()`. */
  [Symbol.iterator](): IterableIterator<[K, V]>
  /** Number of entries, counted by walking them. */
  readonly size: number
  /** Sets many. Throws when the map is full; those before are in it then. */
  setAll(entries: Iterable<readonly [K, V]>): void
  /** Deletes what is there now. */
  clear(): void
  /** All entries, which are deleted: what a counter held since it was last taken. An update between the two is lost. */
  takeAll(): [K, V][]
}

/** What the two need of the session. */
export interface MapAccess {
  /** Throws `ClosedError` once the session is closed. */
  readonly map: () => LoadedMap
  readonly value: Type
  /** Values of an entry: 1, or one for each possible CPU. */
  readonly copies: number
}

/** Views a map as an array of values. */
export function sessionArray<T>(access: MapAccess & { readonly name: string; readonly length: number }): SessionArray<T> {
  const { map, value: type, name, length } = access
  const keyOf = (index: number) => {
    if (!Number.isInteger(index) || index < 0 || index >= length)
      throw new UsageError(`${name} has ${length} values: there is no index ${index}`)
    return encodeValue(UINT32, index)
  }
  const get = (index: number) => combined(type, present(map().lookup(keyOf(index)))) as T
  return {
    length,
    get,
    set: (index, value) => map().update(keyOf(index), forEachCpu(access, encodeValue(type, value))),
    perCpu: (index) => (map().lookup(keyOf(index)) ?? []).map((bytes) => decodeValue(type, bytes) as T),
    values: () => Array.from({ length }, (_, index) => get(index)),
  }
}

/** Views a map as a hash of values by key. */
export function sessionHash<K, V>(access: MapAccess & { readonly key: Type }): SessionHash<K, V> {
  const { map, key: keyType, value: type } = access
  const get = (key: K) => {
    const values = map().lookup(encodeValue(keyType, key))
    return values === undefined ? undefined : (combined(type, values) as V)
  }
  const set = (key: K, value: V) => map().update(encodeValue(keyType, key), forEachCpu(access, encodeValue(type, value)))
  const entries = () =>
    map()
      .entries()
      .map(({ key, values }): [K, V] => [decodeValue(keyType, key) as K, combined(type, values) as V])
  return {
    get,
    has: (key) => get(key) !== undefined,
    perCpu: (key) =>
      map()
        .lookup(encodeValue(keyType, key))
        ?.map((bytes) => decodeValue(type, bytes) as V),
    set,
    delete: (key) => map().delete(encodeValue(keyType, key)),
    entries,
    keys: () => entries().map(([key]) => key),
    values: () => entries().map(([, value]) => value),
    [Symbol.iterator]: () => entries()[Symbol.iterator](),
    get size() {
      return map().entries().length
    },
    setAll: (pairs) => {
      for (const [key, value] of pairs) set(key, value)
    },
    clear: () => {
      for (const { key } of map().entries()) map().delete(key)
    },
    takeAll: () => {
      const taken = entries()
      for (const [key] of taken) map().delete(encodeValue(keyType, key))
      return taken
    },
  }
}

/** The value as it is written: on the first CPU, and zeros on the others, so that their sum is it. */
function forEachCpu({ copies }: MapAccess, bytes: Uint8Array): readonly Uint8Array[] {
  return Array.from({ length: copies }, (_, cpu) => (cpu === 0 ? bytes : new Uint8Array(bytes.length)))
}

function present(values: readonly Uint8Array[] | undefined): readonly Uint8Array[] {
  if (values === undefined) throw new UsageError('the map has no such entry')
  return values
}

/** The value of all CPUs: numbers are added, those of 64 bits modulo 2^64; of the rest that of the first CPU which has any. */
function combined(type: Type, values: readonly Uint8Array[]): unknown {
  const all = values.map((bytes) => decodeValue(type, bytes))
  return all.length === 1 ? all[0] : all.reduce((a, b) => combine(type, a, b))
}

function combine(type: Type, a: unknown, b: unknown): unknown {
  if (type.kind === 'struct') {
    const [left, right] = [a, b] as [Record<string, unknown>, Record<string, unknown>]
    return Object.fromEntries(type.fields.map((field) => [field.name, combine(field.type, left[field.name], right[field.name])]))
  }
  if (type.kind === 'array')
    return (a as readonly unknown[]).map((one, index) => combine(type.element, one, (b as readonly unknown[])[index]))
  if (typeof a === 'bigint' && typeof b === 'bigint' && type.kind === 'int')
    return type.signed ? BigInt.asIntN(64, a + b) : BigInt.asUintN(64, a + b)
  return typeof a === 'number' && typeof b === 'number' ? a + b : a || b
}
