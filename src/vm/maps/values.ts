/**
 * Memory for the values of a map: one region for each value (each CPU's), so that a program cannot get from one into the next. Rows
 * are made in order and kept; a deleted one is used again by another entry.
 */
import { addressOf } from '../memory/layout.ts'
import type { MapHome } from './vm-map.ts'

/** Rows of `size` bytes for each of `copies` CPUs, made in pieces as they are wanted. */
export class Values {
  readonly #home: MapHome
  readonly #size: number
  readonly #copies: number
  readonly #what: string
  /** Linear offset and region by row * copies + CPU. */
  readonly #places: number[] = []
  readonly #regions: number[] = []

  constructor(home: MapHome, shape: { readonly size: number; readonly copies: number; readonly what: string }) {
    this.#home = home
    this.#size = shape.size
    this.#copies = shape.copies
    this.#what = shape.what
  }

  get copies(): number {
    return this.#copies
  }
  get rows(): number {
    return this.#places.length / this.#copies
  }
  /** Makes the next row: zeros. */
  addRow(): number {
    const { memory, regions } = this.#home
    const step = Math.ceil(this.#size / 8) * 8
    const base = memory.allocate(step * this.#copies)
    for (let copy = 0; copy < this.#copies; copy++) {
      this.#places.push(base + copy * step)
      this.#regions.push(regions.open({ base: base + copy * step, size: this.#size, what: this.#what }))
    }
    return this.rows - 1
  }
  /** Linear offset. */
  place(row: number, copy: number): number {
    return this.#places[row * this.#copies + copy] ?? 0
  }
  address(row: number, copy: number): number {
    return addressOf(this.#regions[row * this.#copies + copy] ?? 0)
  }
  /** Copies of the bytes, one per CPU. */
  read(row: number): readonly Uint8Array[] {
    return Array.from({ length: this.#copies }, (_, copy) => {
      const at = this.place(row, copy)
      return this.#home.memory.bytes.slice(at, at + this.#size)
    })
  }
  write(row: number, values: readonly Uint8Array[]): void {
    for (const [copy, value] of values.entries()) this.#home.memory.bytes.set(value, this.place(row, copy))
  }
  /** Sets one CPU's value from linear memory. */
  copyFrom(source: number, row: number, copy: number): void {
    this.#home.memory.bytes.copyWithin(this.place(row, copy), source, source + this.#size)
  }
  /** Zeros, on every CPU. */
  clear(row: number): void {
    for (let copy = 0; copy < this.#copies; copy++) {
      const at = this.place(row, copy)
      this.#home.memory.bytes.fill(0, at, at + this.#size)
    }
  }
}
