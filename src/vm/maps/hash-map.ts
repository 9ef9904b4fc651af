/**
 * Hash maps, also per CPU and with eviction: chains of rows by the hash of their key. A row that is deleted rests behind the others
 * that are free, so that a pointer to its value sees the old bytes for as long as possible, as in the kernel.
 */
import { SyscallError } from '../../base/errors.ts'
import type { MapSpec } from '../../spec/map-spec.ts'
import { ERRNO } from '../errno.ts'
import { checkKey, checkValues } from './check-bytes.ts'
import { KeyIndex } from './key-index.ts'
import { Values } from './values.ts'
import { type MapHome, UPDATE, type VmMap } from './vm-map.ts'

/** A map of kind `hash`, `percpu_hash`, `lru_hash` or `percpu_lru_hash`. */
export class HashMap implements VmMap {
  readonly spec: MapSpec
  readonly #home: MapHome
  readonly #values: Values
  readonly #index: KeyIndex
  readonly #free: number[] = []
  /** Rows from the least recently used on; only kept where that matters. */
  readonly #used: Set<number> | undefined
  /** Where user space's keys are put while they are looked up. */
  readonly #key: number

  constructor(spec: MapSpec, home: MapHome) {
    this.spec = spec
    this.#home = home
    const copies = spec.kind === 'percpu_hash' || spec.kind === 'percpu_lru_hash' ? home.cpuCount : 1
    this.#values = new Values(home, { size: spec.valueSize, copies, what: `a value of map ${spec.name}` })
    this.#index = new KeyIndex(home.memory, spec.keySize)
    this.#used = spec.kind === 'lru_hash' || spec.kind === 'percpu_lru_hash' ? new Set() : undefined
    this.#key = home.memory.allocate(spec.keySize)
  }

  find(key: number, cpu: number): number {
    const row = this.#index.find(key)
    if (row === -1) return 0
    this.#touch(row)
    return this.#values.address(row, this.#copy(cpu))
  }
  put(key: number, value: number, { flags, cpu }: { readonly flags: number; readonly cpu: number }): number {
    if (flags > UPDATE.mustExist) return -ERRNO.EINVAL
    let row = this.#index.find(key)
    if (row === -1 && flags === UPDATE.mustExist) return -ERRNO.ENOENT
    if (row !== -1 && flags === UPDATE.mustNotExist) return -ERRNO.EEXIST
    if (row === -1) {
      row = this.#insert(key)
      if (row === -1) return -ERRNO.E2BIG
    }
    this.#touch(row)
    this.#values.copyFrom(value, row, this.#copy(cpu))
    return 0
  }
  remove(key: number): number {
    const row = this.#index.remove(key)
    if (row === -1) return -ERRNO.ENOENT
    this.#used?.delete(row)
    this.#free.push(row)
    return 0
  }
  *each(cpu: number): Iterable<{ readonly key: number; readonly value: number }> {
    for (const row of this.#index.rows()) yield { key: this.#index.keyAt(row), value: this.#values.address(row, this.#copy(cpu)) }
  }

  lookup(key: Uint8Array): readonly Uint8Array[] | undefined {
    const row = this.#index.find(this.#bring(key))
    return row === -1 ? undefined : this.#values.read(row)
  }
  update(key: Uint8Array, values: readonly Uint8Array[]): void {
    const at = this.#bring(key)
    checkValues(this.spec, values, this.#values.copies)
    const found = this.#index.find(at)
    const row = found === -1 ? this.#insert(at) : found
    if (row === -1)
      throw new SyscallError('update', 'E2BIG', `writing to map ${this.spec.name}, which is full`, {
        remedy: `it holds at most ${this.spec.maxEntries} entries: make it larger, or delete entries`,
      })
    this.#touch(row)
    this.#values.write(row, values)
  }
  delete(key: Uint8Array): boolean {
    return this.remove(this.#bring(key)) === 0
  }
  entries(): readonly { readonly key: Uint8Array; readonly values: readonly Uint8Array[] }[] {
    return [...this.#index.rows()].map((row) => {
      const at = this.#index.keyAt(row)
      return { key: this.#home.memory.bytes.slice(at, at + this.spec.keySize), values: this.#values.read(row) }
    })
  }

  /** A row for a new key, its value zeros on every CPU; -1 when there is no room. */
  #insert(key: number): number {
    if (this.#index.size >= this.spec.maxEntries) {
      const oldest = this.#used?.values().next().value
      if (oldest === undefined) return -1
      this.remove(this.#index.keyAt(oldest))
    }
    // A new row while there may be one: the longer a deleted value stays as it was, the better.
    const row = this.#values.rows < this.spec.maxEntries ? this.#values.addRow() : (this.#free.shift() ?? -1)
    if (row === -1) return -1
    this.#values.clear(row)
    this.#index.insert(key, row)
    return row
  }
  #touch(row: number): void {
    if (this.#used === undefined) return
    this.#used.delete(row)
    this.#used.add(row)
  }
  #copy(cpu: number): number {
    return this.#values.copies === 1 ? 0 : cpu
  }
  #bring(key: Uint8Array): number {
    this.#home.memory.bytes.set(checkKey(this.spec, key), this.#key)
    return this.#key
  }
}
