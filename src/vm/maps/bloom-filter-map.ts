/**
 * The Bloom filter, kept as a set: it answers that a value was pushed only when one was, which a filter may, too.
 */
import type { MapSpec } from '../../spec/map-spec.ts'
import { ERRNO } from '../errno.ts'
import { MapWithoutEntries } from './map-without-entries.ts'
import type { ValueQueue } from './value-queue.ts'
import { type MapHome, UPDATE } from './vm-map.ts'

/** A map of kind `bloom_filter`. */
export class BloomFilterMap extends MapWithoutEntries implements ValueQueue {
  readonly #home: MapHome
  readonly #values = new Set<string>()

  constructor(spec: MapSpec, home: MapHome) {
    super(spec)
    this.#home = home
  }

  push(value: number, flags: number): number {
    if (flags !== UPDATE.any) return -ERRNO.EINVAL
    this.#values.add(this.#read(value))
    return 0
  }
  pop(): number {
    return -ERRNO.EOPNOTSUPP
  }
  peek(value: number): number {
    return this.#values.has(this.#read(value)) ? 0 : -ERRNO.ENOENT
  }

  #read(value: number): string {
    return String.fromCharCode(...this.#home.memory.bytes.subarray(value, value + this.spec.valueSize))
  }
}
