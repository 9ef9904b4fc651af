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
}

/** The entries of a `hash` part. */
export interface SessionHash<K, V> {
  get(key: K): V | undefined
  has(key: K): boolean
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
}

/** Views a map as an array of values. */
export function sessionArray<T>(access: MapAccess & { readonly name: string; readonly length: number }): SessionArray<T> {
  const { map, value: type, name, length } = access
  const keyOf = (index: number) => {
    if (!Number.isInteger(index) || index < 0 || index >= length)
      throw new UsageError(`${name} has ${length} values: there is no index ${index}`)
    return encodeValue(UINT32, index)
  }
  const get = (index: number) => decodeValue(type, firstOf(map().lookup(keyOf(index)))) as T
  return {
    length,
    get,
    set: (index, value) => map().update(keyOf(index), [encodeValue(type, value)]),
    values: () => Array.from({ length }, (_, index) => get(index)),
  }
}

/** Views a map as a hash of values by key. */
export function sessionHash<K, V>(access: MapAccess & { readonly key: Type }): SessionHash<K, V> {
  const { map, key: keyType, value: type } = access
  const get = (key: K) => {
    const values = map().lookup(encodeValue(keyType, key))
    return values === undefined ? undefined : (decodeValue(type, firstOf(values)) as V)
  }
  const set = (key: K, value: V) => map().update(encodeValue(keyType, key), [encodeValue(type, value)])
  const entries = () =>
    map()
      .entries()
      .map(({ key, values }): [K, V] => [decodeValue(keyType, key) as K, decodeValue(type, firstOf(values)) as V])
  return {
    get,
    has: (key) => get(key) !== undefined,
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

function firstOf(values: readonly Uint8Array[] | undefined): Uint8Array {
  const [first] = values ?? []
  if (first === undefined) throw new UsageError('the map has no such entry')
  return first
}
