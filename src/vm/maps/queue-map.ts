/**
 * Queues and stacks: maps of values without keys.
 */
import type { MapSpec } from '../../spec/map-spec.ts'
import { ERRNO } from '../errno.ts'
import { MapWithoutEntries } from './map-without-entries.ts'
import type { ValueQueue } from './value-queue.ts'
import { type MapHome, UPDATE } from './vm-map.ts'

/** A map of kind `queue` or `stack`. */
export class QueueMap extends MapWithoutEntries implements ValueQueue {
  readonly #home: MapHome
  /** The oldest first. */
  readonly #values: Uint8Array[] = []

  constructor(spec: MapSpec, home: MapHome) {
    super(spec)
    this.#home = home
  }

  /** With `BPF_EXIST` the oldest value makes room. */
  push(value: number, flags: number): number {
    if (flags !== UPDATE.any && flags !== UPDATE.mustExist) return -ERRNO.EINVAL
    if (this.#values.length >= this.spec.maxEntries) {
      if (flags !== UPDATE.mustExist) return -ERRNO.E2BIG
      this.#values.shift()
    }
    this.#values.push(this.#home.memory.bytes.slice(value, value + this.spec.valueSize))
    return 0
  }
  pop(value: number): number {
    const errno = this.peek(value)
    if (errno === 0) this.#values.splice(this.#next, 1)
    return errno
  }
  peek(value: number): number {
    const { bytes } = this.#home.memory
    const next = this.#values.at(this.#next)
    if (next === undefined) bytes.fill(0, value, value + this.spec.valueSize)
    else bytes.set(next, value)
    return next === undefined ? -ERRNO.ENOENT : 0
  }

  get #next(): 0 | -1 {
    return this.spec.kind === 'queue' ? 0 : -1
  }
}
