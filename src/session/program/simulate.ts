/**
 * A program as plain JavaScript: the same probe functions run in the process, against maps, memory and a clock that are
 * simulated. For tests of programs, and for the promise that compiled and plain give the same answers.
 */
import { UsageError } from '../../base/errors.ts'
import { sizeOf, type Type } from '../../spec/types/type.ts'
import { readAggregate, reduceInto } from './aggregations.ts'
import { type Branded, brandOf } from './brand.ts'
import type { Parts } from './build-object.ts'
import { decodeValue, encodeValue } from './codec.ts'
import { currentMachine, type Machine, withMachine } from './machine.ts'

/** Who hits a probe. What is not given is 0 or empty. */
export interface SimulatedHit {
  readonly pid?: number
  readonly tid?: number
  readonly comm?: string
  readonly cpu?: number
  readonly uid?: number
  readonly gid?: number
  readonly cgroup?: bigint
  /** Integer arguments, as 64 unsigned bits; of a tracepoint its fields by name. */
  readonly args?: readonly bigint[] | Readonly<Record<string, number | bigint | string | boolean>>
  readonly retval?: bigint
  /** Memory of the process, for this hit; what the world says when it is absent. */
  readonly memory?: SimulatedWorld['memory']
  /** Registers, by name. */
  readonly registers?: Readonly<Record<string, bigint>>
}

/** The world around a simulated program. */
export interface SimulatedWorld {
  /** `size` bytes of the probed process at an address (or symbol); undefined where nothing can be read. By default nothing can. */
  readonly memory?: (address: unknown, size: number) => Uint8Array | undefined
  /** The clock, in nanoseconds. By default it counts its readings. */
  readonly nsecs?: () => bigint
  /** Takes what is written to the memory of the probed process; false where nothing can be written. By default nothing can. */
  readonly write?: (address: unknown, bytes: Uint8Array) => boolean
  /** Random numbers of 32 bits. By default always 0. */
  readonly random?: () => number
}

/** A simulated program. */
export interface Simulation {
  /** Runs the function of a probe part. Throws what it throws, and `UsageError` when there is no such probe. */
  readonly fire: (probe: string, hit?: SimulatedHit) => void
  /** The value in an array or hash part, or undefined. */
  readonly get: (part: string, key: unknown) => unknown
  /** Sets a value of an array or hash part. */
  readonly set: (part: string, key: unknown, value: unknown) => void
  /** Records that were emitted since the last call. */
  readonly take: (part: string) => unknown[]
  /** Entries that had no room. */
  readonly lost: () => bigint
}

/** Simulates a program. Values go through the same layouts as in the kernel, so they wrap and are cut alike. */
export function simulate(parts: Parts, world: SimulatedWorld = {}): Simulation {
  const state = new SimulatedState(world)
  const partOf = (name: string) => {
    const part = parts[name]
    if (part === undefined) throw new UsageError(`the program has no part ${name}`)
    return part as unknown as Branded
  }
  return {
    fire: (name, hit = {}) => {
      const brand = brandOf(partOf(name))
      if (brand?.kind !== 'probe') throw new UsageError(`${name} is not a probe`)
      state.memory = hit.memory
      withMachine(state, () => (brand.probe.body as (ctx: object) => unknown)(contextOf(hit)))
    },
    get: (name, key) => state.get(partOf(name), key),
    set: (name, key, value) => state.set(partOf(name), key, value),
    take: (name) => state.take(partOf(name)),
    lost: () => state.lost,
  }
}

function contextOf(hit: SimulatedHit): object {
  const { pid = 0, tid = 0, uid = 0, gid = 0, comm = '', cpu = 0, cgroup = 0n, args = [], retval = 0n, registers = {} } = hit
  const isList = Array.isArray(args)
  return {
    pid,
    tid,
    uid,
    gid,
    comm,
    cpu,
    cgroup,
    retval,
    get nsecs() {
      return currentMachine('ctx.nsecs').nsecs()
    },
    args: isList ? {} : args,
    arg: (index: number): bigint => (isList ? ((args as readonly bigint[])[index] ?? 0n) : 0n),
    register: (name: string): bigint => registers[name] ?? 0n,
  }
}

class SimulatedState implements Machine {
  readonly #entries = new Map<Branded, Map<string, Uint8Array>>()
  readonly #records = new Map<Branded, unknown[]>()
  readonly #queues = new Map<Branded, Uint8Array[]>()
  readonly #world: SimulatedWorld
  #clock = 0n
  lost = 0n
  /** Of the hit that is going on. */
  memory: SimulatedWorld['memory']

  constructor(world: SimulatedWorld) {
    this.#world = world
  }

  get(part: Branded, key: unknown): unknown {
    const brand = brandOf(part)
    if (brand?.kind === 'aggregate') {
      const bytes = this.#entriesOf(part).get(keyOf(part, key))
      return bytes === undefined ? undefined : readAggregate(brand.aggregation, [bytes])
    }
    if (brand?.kind === 'global') {
      const bytes = this.#entriesOf(part).get('0')
      return decodeValue(brand.value, bytes ?? encodeValue(brand.value, brand.initial))
    }
    const { value, kind, maxEntries } = shapeOf(part)
    const bytes = this.#entriesOf(part).get(keyOf(part, key))
    if (bytes !== undefined) return decodeValue(value, bytes)
    if (kind === 'hash') return undefined
    if (typeof key !== 'number' || key < 0 || key >= maxEntries) throw new RangeError(`there is no index ${String(key)}`)
    return decodeValue(value, new Uint8Array(sizeOf(value)))
  }
  set(part: Branded, key: unknown, value: unknown): void {
    const { value: type, kind, maxEntries } = shapeOf(part)
    const entries = this.#entriesOf(part)
    const id = keyOf(part, key)
    const bytes = encodeValue(type, value)
    const inRange = kind === 'hash' || (typeof key === 'number' && key >= 0 && key < maxEntries)
    if (kind === 'hash' && !entries.has(id) && entries.size >= maxEntries) this.lost++
    else if (inRange) entries.set(id, bytes)
  }
  delete(part: Branded, key: unknown): boolean {
    return this.#entriesOf(part).delete(keyOf(part, key))
  }
  has(part: Branded, key: unknown): boolean {
    return this.#entriesOf(part).has(keyOf(part, key))
  }
  increment(part: Branded, key: unknown, by: unknown): void {
    const { value: type } = shapeOf(part)
    if (type.kind !== 'int') throw new UsageError('only numbers can be incremented')
    const one = type.size === 8 ? 1n : 1
    const before = brandOf(part)?.kind === 'hash' ? (this.get(part, key) ?? (type.size === 8 ? 0n : 0)) : this.get(part, key)
    this.set(part, key, (before as number) + ((by ?? one) as number))
  }
  reduce(part: Branded, key: unknown, value: number | bigint): void {
    const brand = brandOf(part)
    if (brand?.kind !== 'aggregate') throw new UsageError('only a map of aggregations has add')
    const entries = this.#entriesOf(part)
    const id = keyOf(part, key)
    if (brand.storage === 'array' && !(typeof key === 'number' && key >= 0 && key < brand.maxEntries)) return
    if (brand.storage === 'hash' && !entries.has(id) && entries.size >= brand.maxEntries) this.lost++
    else entries.set(id, reduceInto(brand.aggregation, entries.get(id), BigInt(value)))
  }
  push(part: Branded, value: unknown): boolean {
    const brand = brandOf(part)
    if (brand?.kind !== 'queue' && brand?.kind !== 'bloom') throw new UsageError('only queues, stacks and Bloom filters take values')
    const values = this.#queueOf(part)
    const hasRoom = brand.kind === 'bloom' || values.length < brand.maxEntries
    if (hasRoom) values.push(encodeValue(brand.value, value))
    else this.lost++
    return hasRoom
  }
  pop(part: Branded, { remove }: { readonly remove: boolean }): unknown {
    const brand = brandOf(part)
    if (brand?.kind !== 'queue') throw new UsageError('only queues and stacks have pop and peek')
    const values = this.#queueOf(part)
    const at = brand.storage === 'queue' ? 0 : values.length - 1
    const bytes = values[at]
    if (bytes === undefined) return undefined
    if (remove) values.splice(at, 1)
    return decodeValue(brand.value, bytes)
  }
  /** As a Bloom filter that is never wrong. */
  contains(part: Branded, value: unknown): boolean {
    const brand = brandOf(part)
    if (brand?.kind !== 'bloom') throw new UsageError('only a Bloom filter has has(value)')
    const wanted = encodeValue(brand.value, value).join()
    return this.#queueOf(part).some((bytes) => bytes.join() === wanted)
  }
  emit(part: Branded, value: unknown): void {
    const brand = brandOf(part)
    if (brand?.kind !== 'ringbuf') throw new UsageError('only a ring buffer has emit')
    const records = this.#records.get(part) ?? []
    records.push(decodeValue(brand.struct, encodeValue(brand.struct, value)))
    this.#records.set(part, records)
  }
  take(part: Branded): unknown[] {
    return this.#records.get(part)?.splice(0) ?? []
  }
  read(type: Type, address: unknown): unknown {
    const bytes = (this.memory ?? this.#world.memory)?.(address, sizeOf(type))
    return bytes === undefined ? undefined : decodeValue(type, bytes)
  }
  readString(size: number, address: unknown): string | undefined {
    const bytes = (this.memory ?? this.#world.memory)?.(address, size)
    if (bytes === undefined) return undefined
    const text = bytes.slice(0, size)
    text[size - 1] = 0
    return decodeValue({ kind: 'string', size }, text) as string
  }
  write(type: Type, address: unknown, value: unknown): boolean {
    return this.#world.write?.(address, encodeValue(type, value)) ?? false
  }
  random(): number {
    return this.#world.random?.() ?? 0
  }
  nsecs(): bigint {
    return this.#world.nsecs?.() ?? ++this.#clock
  }

  #queueOf(part: Branded): Uint8Array[] {
    const values = this.#queues.get(part) ?? []
    this.#queues.set(part, values)
    return values
  }
  #entriesOf(part: Branded): Map<string, Uint8Array> {
    const entries = this.#entries.get(part) ?? new Map<string, Uint8Array>()
    this.#entries.set(part, entries)
    return entries
  }
}

function shapeOf(part: Branded): { readonly kind: 'array' | 'hash' | 'global'; readonly value: Type; readonly maxEntries: number } {
  const brand = brandOf(part)
  if (brand?.kind === 'global') return { kind: 'global', value: brand.value, maxEntries: 1 }
  if (brand?.kind !== 'array' && brand?.kind !== 'hash') throw new UsageError('only arrays, hashes and globals have values')
  return brand
}
function keyOf(part: Branded, key: unknown): string {
  const brand = brandOf(part)
  const isHash = brand?.kind === 'hash' || (brand?.kind === 'aggregate' && brand.storage === 'hash')
  return isHash ? encodeValue(brand.key, key).join() : String(key)
}
