/**
 * The parts of a program that hold data: what a probe writes and the session reads. Creating one only declares it; it exists
 * once `trace` has been handed it.
 */
import { UsageError } from '../../base/errors.ts'
import type { StructType } from '../../spec/types/type.ts'
import { BRAND, type Brand, type VALUE } from './brand.ts'
import { type DataType, typeOf } from './data-types.ts'
import { currentMachine } from './machine.ts'

/** A fixed number of values, zero at first. The methods are for probe functions. */
export interface ArrayPart<T> {
  readonly [BRAND]: Brand & { readonly kind: 'array' }
  readonly [VALUE]: T
  /** The value at `index`, which the compiler must be able to prove in range. */
  readonly get: (index: number) => T
  /** Sets the value at `index`; does nothing beyond the end, as a typed array does. 64-bit values wrap. */
  readonly set: (index: number, value: T) => void
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
}

/** Records on their way to user space. The method is for probe functions. */
export interface EventsPart<T> {
  readonly [BRAND]: Brand & { readonly kind: 'ringbuf' }
  readonly [VALUE]: T
  /** Sends a record. One that the buffer has no room for is counted in `session.lost`. @kernel 5.8 */
  readonly emit: (value: T) => void
}

/** Declares an array of `length` values. Throws `UsageError` for a length that is not positive. */
export function array<T>(type: DataType<T>, length: number): ArrayPart<T> {
  const brand: Brand = { kind: 'array', value: typeOf(type), maxEntries: positive(length, 'array', 'length') }
  const part: ArrayPart<T> = {
    get: (index) => currentMachine('array.get').get(part, index) as T,
    set: (index, value) => currentMachine('array.set').set(part, index, value),
    ...branded<{ kind: 'array' }, T>(brand),
  }
  return Object.freeze(part)
}

/** Declares a hash map of at most `maxEntries` entries (10240 by default). Throws `UsageError` for a number that is not positive. */
export function hash<K, V>(key: DataType<K>, value: DataType<V>, maxEntries = 10240): HashPart<K, V> {
  const brand: Brand = { kind: 'hash', key: typeOf(key), value: typeOf(value), maxEntries: positive(maxEntries, 'hash', 'maxEntries') }
  const part: HashPart<K, V> = {
    get: (entry) => currentMachine('hash.get').get(part, entry) as V | undefined,
    has: (entry) => currentMachine('hash.has').get(part, entry) !== undefined,
    set: (entry, to) => currentMachine('hash.set').set(part, entry, to),
    delete: (entry) => currentMachine('hash.delete').delete(part, entry),
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

/** The properties that only the library (and the type checker) looks at. */
function branded<Kind, T>(brand: Brand): { readonly [BRAND]: Brand & Kind; readonly [VALUE]: T } {
  return { [BRAND]: Object.freeze(brand) } as unknown as { readonly [BRAND]: Brand & Kind; readonly [VALUE]: T }
}

function positive(value: number, what: string, name: string): number {
  if (!Number.isInteger(value) || value < 1 || value > 0xffffffff)
    throw new UsageError(`${what}(...): ${name} must be a positive integer, not ${value}`)
  return value
}
