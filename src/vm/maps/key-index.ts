/**
 * Rows by key: a hash table with chains. Keys are kept in linear memory, where the programs' own keys are, so that comparing copies
 * nothing.
 */
import type { LinearMemory } from '../memory/linear-memory.ts'

const FIRST_BUCKETS = 64

/** Finds the row of a key; keys are given as linear offsets. */
export class KeyIndex {
  readonly #memory: LinearMemory
  readonly #keySize: number
  /** Linear offset of the key, and the next row of the chain, by row. Kept when a row is removed. */
  readonly #keys: number[] = []
  readonly #next: number[] = []
  readonly #live = new Set<number>()
  #buckets = new Int32Array(FIRST_BUCKETS).fill(-1)

  constructor(memory: LinearMemory, keySize: number) {
    this.#memory = memory
    this.#keySize = keySize
  }

  get size(): number {
    return this.#live.size
  }
  /** In the order of insertion. Tolerates removal of the row that was answered last. */
  rows(): IterableIterator<number> {
    return this.#live.values()
  }
  /** Linear offset of a row's key. */
  keyAt(row: number): number {
    return this.#keys[row] ?? 0
  }
  /** -1 when there is none. */
  find(key: number): number {
    let row = this.#buckets[this.#bucketOf(key)] ?? -1
    while (row !== -1 && !this.#equal(key, this.keyAt(row))) row = this.#next[row] ?? -1
    return row
  }
  /** The key must not be there yet. */
  insert(key: number, row: number): void {
    if (this.#live.size >= this.#buckets.length) this.#widen()
    this.#keys[row] ??= this.#memory.allocate(this.#keySize)
    this.#memory.bytes.copyWithin(this.keyAt(row), key, key + this.#keySize)
    this.#live.add(row)
    this.#link(row)
  }
  /** The row that the key had; -1 when it had none. */
  remove(key: number): number {
    const bucket = this.#bucketOf(key)
    let before = -1
    let row = this.#buckets[bucket] ?? -1
    while (row !== -1 && !this.#equal(key, this.keyAt(row))) {
      before = row
      row = this.#next[row] ?? -1
    }
    if (row === -1) return -1
    const behind = this.#next[row] ?? -1
    if (before === -1) this.#buckets[bucket] = behind
    else this.#next[before] = behind
    this.#live.delete(row)
    return row
  }

  #link(row: number): void {
    const bucket = this.#bucketOf(this.keyAt(row))
    this.#next[row] = this.#buckets[bucket] ?? -1
    this.#buckets[bucket] = row
  }
  #widen(): void {
    this.#buckets = new Int32Array(this.#buckets.length * 4).fill(-1)
    for (const row of this.#live) this.#link(row)
  }
  /** FNV-1a over the bytes, mixed once more, since only low bits are used. */
  #bucketOf(key: number): number {
    const { bytes } = this.#memory
    let hash = 0x811c_9dc5
    for (let at = key; at < key + this.#keySize; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x0100_0193)
    return (hash ^ (hash >>> 15)) & (this.#buckets.length - 1)
  }
  #equal(a: number, b: number): boolean {
    const { bytes } = this.#memory
    for (let i = 0; i < this.#keySize; i++) if (bytes[a + i] !== bytes[b + i]) return false
    return true
  }
}
