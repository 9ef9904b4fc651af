/**
 * Aggregations of a running program, seen from user space.
 */
import type { ReducedBy } from '../../frontend/typescript/binding.ts'
import type { LoadedMap } from '../../spec/executor.ts'
import type { Type } from '../../spec/types/type.ts'
import { readAggregate } from './aggregations.ts'
import { decodeValue, encodeValue } from './codec.ts'

/** What an aggregation has come to, by key. After the session is closed everything throws `ClosedError`. */
export interface SessionAggregate<K, R> {
  get(key: K): R | undefined
  has(key: K): boolean
  /** False when there was no such entry. Throws `SyscallError` of an array. */
  delete(key: K): boolean
  /** All entries, as a snapshot that tolerates concurrent change. */
  entries(): [K, R][]
  keys(): K[]
  values(): R[]
  [Symbol.iterator](): IterableIterator<[K, R]>
  readonly size: number
  /** Forgets everything. */
  clear(): void
}

interface AggregateAccess {
  /** Throws `ClosedError` once the session is closed. */
  readonly map: () => LoadedMap
  readonly key: Type
  readonly aggregation: ReducedBy
  readonly storage: 'array' | 'hash'
}

/** Views a map of aggregations. */
export function sessionAggregate<K, R>({ map, key: keyType, aggregation, storage }: AggregateAccess): SessionAggregate<K, R> {
  const read = (values: readonly Uint8Array[]) => readAggregate(aggregation, values) as R
  const entries = () =>
    map()
      .entries()
      .map(({ key, values }): [K, R] => [decodeValue(keyType, key) as K, read(values)])
  const clear = () => {
    for (const { key, values } of map().entries()) {
      if (storage === 'hash') map().delete(key)
      else
        map().update(
          key,
          values.map((bytes) => new Uint8Array(bytes.length)),
        )
    }
  }
  return {
    get: (key) => {
      const values = map().lookup(encodeValue(keyType, key))
      return values === undefined ? undefined : read(values)
    },
    has: (key) => map().lookup(encodeValue(keyType, key)) !== undefined,
    delete: (key) => map().delete(encodeValue(keyType, key)),
    entries,
    keys: () => entries().map(([key]) => key),
    values: () => entries().map(([, value]) => value),
    [Symbol.iterator]: () => entries()[Symbol.iterator](),
    get size() {
      return map().entries().length
    },
    clear,
  }
}
