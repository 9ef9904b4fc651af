/**
 * Queues and stacks, Bloom filters and globals of a running program, seen from user space.
 */
import { NotSupportedError } from '../../base/errors.ts'
import type { LoadedMap } from '../../spec/executor.ts'
import { type Type, UINT32 } from '../../spec/types/type.ts'
import { decodeValue, encodeValue } from './codec.ts'

/** The values of a `queue` or `stack` part. After the session is closed everything throws `ClosedError`. */
export interface SessionQueue<T> {
  /** Throws `SyscallError` when there is no room. */
  push(value: T): void
  /** The next value, which is taken out; undefined when there is none. */
  pop(): T | undefined
  /** The next value, which stays. */
  peek(): T | undefined
  /** Takes out all that is there, in order. */
  takeAll(): T[]
}

/** The values of a `bloomFilter` part. */
export interface SessionBloom<T> {
  add(value: T): void
  /** False for what was never added; true for what was, and for a few others. */
  has(value: T): boolean
}

/** A variable that probes and the session share. */
export interface SessionGlobal<T> {
  value: T
}

interface Access {
  /** Throws `ClosedError` once the session is closed. */
  readonly map: () => LoadedMap
  readonly value: Type
}

const NO_KEY = new Uint8Array(0)

/** Views a queue or stack. */
export function sessionQueue<T>({ map, value: type }: Access): SessionQueue<T> {
  const read = (bytes: Uint8Array | undefined) => (bytes === undefined ? undefined : (decodeValue(type, bytes) as T))
  const pop = () => {
    const own = map()
    if (own.take === undefined) throw new NotSupportedError('taking from a queue', { detail: 'the virtual machine does not do it' })
    return read(own.take())
  }
  return {
    push: (value) => map().update(NO_KEY, [encodeValue(type, value)]),
    pop,
    peek: () => read(map().lookup(NO_KEY)?.[0]),
    takeAll: () => {
      const taken: T[] = []
      for (let value = pop(); value !== undefined; value = pop()) taken.push(value)
      return taken
    },
  }
}

/** Views a Bloom filter. */
export function sessionBloom<T>({ map, value: type }: Access): SessionBloom<T> {
  return {
    add: (value) => map().update(NO_KEY, [encodeValue(type, value)]),
    has: (value) => {
      const own = map()
      if (own.contains === undefined) throw new NotSupportedError('asking a Bloom filter', { detail: 'the virtual machine does not do it' })
      return own.contains(encodeValue(type, value))
    },
  }
}

/** Views a variable. */
export function sessionGlobal<T>({ map, value: type }: Access): SessionGlobal<T> {
  const key = encodeValue(UINT32, 0)
  return {
    get value() {
      return decodeValue(type, map().lookup(key)?.[0] ?? new Uint8Array()) as T
    },
    set value(to: T) {
      map().update(key, [encodeValue(type, to)])
    },
  }
}
