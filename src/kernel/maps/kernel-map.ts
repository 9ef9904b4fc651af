/**
 * Access to one map of the kernel. Calls are synchronous: they take microseconds. What the bytes mean is said by the
 * map's view and read elsewhere.
 */
import { InternalError, SyscallError, UsageError } from '../../base/errors.ts'
import type { LoadedMap } from '../../spec/executor.ts'
import type { MapSpec } from '../../spec/map-spec.ts'
import type { Features } from '../features/features.ts'
import { possibleCpuCount } from '../procfs/cpus.ts'
import { type BpfCommand, bpf, callName } from '../sys/bpf.ts'
import { encodeMapElement } from '../sys/bpf-map.ts'
import type { Fd } from '../sys/fd.ts'
import { refusalError } from '../sys/refusal.ts'
import { createMap, type LoadedTypes } from './create-map.ts'
import { listByBatch, listByKeys, type RawEntry } from './entries.ts'
import { MAP_KINDS } from './kinds.ts'

/** A map that this process created. Everything but `close` throws `ClosedError` after `close()`. */
export class KernelMap implements LoadedMap {
  readonly spec: MapSpec
  readonly fd: Fd
  readonly #features: Features
  /** Values of an entry: 1, or the possible CPUs. */
  readonly #copies: number
  /** Bytes from one CPU's value to the next. */
  readonly #step: number

  /** Creates the map; the caller closes it. Throws what `createMap` throws. */
  constructor(spec: MapSpec, features: Features, btf?: LoadedTypes) {
    const { perCpu } = MAP_KINDS[spec.kind]
    this.spec = spec
    this.#features = features
    this.#copies = perCpu ? possibleCpuCount() : 1
    this.#step = perCpu ? Math.ceil(spec.valueSize / 8) * 8 : spec.valueSize
    this.fd = createMap(spec, features, btf)
  }

  lookup(key: Uint8Array): readonly Uint8Array[] | undefined {
    const value = this.#lookupRaw(this.#checkKey(key))
    return value === undefined ? undefined : this.#split(value)
  }

  update(key: Uint8Array, values: readonly Uint8Array[]): void {
    const value = this.#join(values)
    const errno = this.#call('MAP_UPDATE_ELEM', this.#checkKey(key), value)
    if (errno === 'E2BIG' || errno === 'ENOSPC') throw fullError(this.spec, errno)
    if (errno !== undefined) throw this.#refuse('MAP_UPDATE_ELEM', errno, 'writing to')
  }

  delete(key: Uint8Array): boolean {
    const errno = this.#call('MAP_DELETE_ELEM', this.#checkKey(key))
    if (errno !== undefined && errno !== 'ENOENT') throw this.#refuse('MAP_DELETE_ELEM', errno, 'deleting from')
    return errno === undefined
  }

  entries(): readonly { readonly key: Uint8Array; readonly values: readonly Uint8Array[] }[] {
    return this.#listRaw().map(({ key, value }) => ({ key, values: this.#split(value) }))
  }

  take(): Uint8Array | undefined {
    const value = new Uint8Array(this.spec.valueSize)
    const { errno } = bpf('MAP_LOOKUP_AND_DELETE_ELEM', encodeMapElement({ fd: this.fd.number, value }))
    if (errno === 'ENOENT') return undefined
    if (errno !== undefined) throw this.#refuse('MAP_LOOKUP_AND_DELETE_ELEM', errno, 'taking from')
    return value
  }

  contains(value: Uint8Array): boolean {
    const { errno } = bpf('MAP_LOOKUP_ELEM', encodeMapElement({ fd: this.fd.number, value }))
    if (errno !== undefined && errno !== 'ENOENT') throw this.#refuse('MAP_LOOKUP_ELEM', errno, 'reading')
    return errno === undefined
  }

  /** Twice is fine. */
  close(): void {
    this.fd.close()
  }

  #listRaw(): readonly RawEntry[] {
    const { listing } = MAP_KINDS[this.spec.kind]
    if (listing === 'none') throw new UsageError(`map ${this.spec.name} is a ${this.spec.kind}, which has no entries to list`)
    const shape = { keySize: this.spec.keySize, stride: this.#step * this.#copies, maxEntries: this.spec.maxEntries }
    const batched = listing === 'batch' && this.#features.has('map_batch') ? listByBatch(this.fd, shape) : undefined
    return batched ?? listByKeys(this.fd, shape, (key) => this.#lookupRaw(key))
  }

  #lookupRaw(key: Uint8Array): Uint8Array | undefined {
    const value = new Uint8Array(this.#step * this.#copies)
    const errno = this.#call('MAP_LOOKUP_ELEM', key, value)
    if (errno === 'ENOENT') return undefined
    if (errno !== undefined) throw this.#refuse('MAP_LOOKUP_ELEM', errno, 'reading')
    return value
  }

  #call(command: BpfCommand, key: Uint8Array, value?: Uint8Array): string | undefined {
    // Queues have no keys, and the kernel wants none then.
    return bpf(command, encodeMapElement({ fd: this.fd.number, key: key.length === 0 ? undefined : key, value })).errno
  }

  #split(value: Uint8Array): readonly Uint8Array[] {
    return Array.from({ length: this.#copies }, (_, i) => value.subarray(i * this.#step, i * this.#step + this.spec.valueSize))
  }

  #join(values: readonly Uint8Array[]): Uint8Array {
    const { name, valueSize } = this.spec
    if (values.length !== this.#copies || values.some((value) => value.length !== valueSize))
      throw new InternalError(`map ${name} takes ${this.#copies} values of ${valueSize} bytes`)
    const joined = new Uint8Array(this.#step * this.#copies)
    for (const [i, value] of values.entries()) joined.set(value, i * this.#step)
    return joined
  }

  #checkKey(key: Uint8Array): Uint8Array {
    if (key.length !== this.spec.keySize)
      throw new InternalError(`map ${this.spec.name} has keys of ${this.spec.keySize} bytes, not ${key.length}`)
    return key
  }

  #refuse(command: BpfCommand, errno: string, verb: string): Error {
    return refusalError({ call: callName(command), errno, doing: `${verb} map ${this.spec.name}` })
  }
}

function fullError(spec: MapSpec, errno: string): SyscallError {
  const remedy = `it holds at most ${spec.maxEntries} entries: make it larger, or delete entries`
  return new SyscallError(callName('MAP_UPDATE_ELEM'), errno, `writing to map ${spec.name}, which is full or has no such index`, { remedy })
}
