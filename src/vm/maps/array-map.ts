/**
 * Arrays, also per CPU: all entries are always there. Rows are made when an index is first used.
 */
import { UsageError } from '../../base/errors.ts'
import type { MapSpec } from '../../spec/map-spec.ts'
import { ERRNO } from '../errno.ts'
import { checkKey, checkValues } from './check-bytes.ts'
import { Values } from './values.ts'
import { type MapHome, UPDATE, type VmMap } from './vm-map.ts'

/** A map of kind `array` or `percpu_array`. */
export class ArrayMap implements VmMap {
  readonly spec: MapSpec
  readonly #home: MapHome
  readonly #values: Values
  /** Row by index; -1 while it has none. */
  readonly #rows: Int32Array
  /** Where `each` puts the index. */
  readonly #key: number

  constructor(spec: MapSpec, home: MapHome) {
    this.spec = spec
    this.#home = home
    const copies = spec.kind === 'percpu_array' ? home.cpuCount : 1
    this.#values = new Values(home, { size: spec.valueSize, copies, what: `a value of map ${spec.name}` })
    this.#rows = new Int32Array(spec.maxEntries).fill(-1)
    this.#key = home.memory.allocate(8)
  }

  find(key: number, cpu: number): number {
    const index = this.#home.memory.view.getUint32(key, true)
    return index < this.spec.maxEntries ? this.#values.address(this.#row(index), this.#copy(cpu)) : 0
  }
  put(key: number, value: number, { flags, cpu }: { readonly flags: number; readonly cpu: number }): number {
    const index = this.#home.memory.view.getUint32(key, true)
    if (flags > UPDATE.mustExist) return -ERRNO.EINVAL
    if (index >= this.spec.maxEntries) return -ERRNO.E2BIG
    if (flags === UPDATE.mustNotExist) return -ERRNO.EEXIST
    this.#values.copyFrom(value, this.#row(index), this.#copy(cpu))
    return 0
  }
  remove(): number {
    return -ERRNO.EINVAL
  }
  *each(cpu: number): Iterable<{ readonly key: number; readonly value: number }> {
    for (let index = 0; index < this.spec.maxEntries; index++) {
      this.#home.memory.view.setUint32(this.#key, index, true)
      yield { key: this.#key, value: this.#values.address(this.#row(index), this.#copy(cpu)) }
    }
  }

  lookup(key: Uint8Array): readonly Uint8Array[] | undefined {
    const index = this.#index(key)
    return index < this.spec.maxEntries ? this.#values.read(this.#row(index)) : undefined
  }
  update(key: Uint8Array, values: readonly Uint8Array[]): void {
    const index = this.#index(key)
    if (index >= this.spec.maxEntries)
      throw new UsageError(`map ${this.spec.name} has no index ${index}`, { remedy: `it has ${this.spec.maxEntries} entries` })
    this.#values.write(this.#row(index), checkValues(this.spec, values, this.#values.copies))
  }
  delete(): boolean {
    throw new UsageError(`entries of map ${this.spec.name} cannot be deleted: it is an array`)
  }
  entries(): readonly { readonly key: Uint8Array; readonly values: readonly Uint8Array[] }[] {
    return Array.from({ length: this.spec.maxEntries }, (_, index) => {
      const key = new Uint8Array(4)
      new DataView(key.buffer).setUint32(0, index, true)
      return { key, values: this.#values.read(this.#row(index)) }
    })
  }

  #row(index: number): number {
    const row = this.#rows[index] ?? -1
    if (row !== -1) return row
    const made = this.#values.addRow()
    this.#rows[index] = made
    return made
  }
  #copy(cpu: number): number {
    return this.#values.copies === 1 ? 0 : cpu
  }
  #index(key: Uint8Array): number {
    return new DataView(checkKey(this.spec, key).buffer, key.byteOffset).getUint32(0, true)
  }
}
