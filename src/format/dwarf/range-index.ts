/**
 * From an address to what covers it: ranges sorted by where they begin. Ranges may lie in one another; the one that begins
 * last is the inner one, and of equal ones the one that was given last.
 */
import type { AddressRange } from './lists.ts'

/** A range and what has it. */
export interface RangeEntry<T> extends AddressRange {
  readonly value: T
}

/** Things by the addresses that they cover. */
export class RangeIndex<T> {
  readonly #starts: BigUint64Array
  readonly #ends: BigUint64Array
  /** The furthest end of all ranges up to each: where it is not beyond an address, no earlier range is either. */
  readonly #reach: BigUint64Array
  readonly #values: readonly T[]

  /** Takes ranges in any order. */
  constructor(entries: readonly RangeEntry<T>[]) {
    const sorted = [...entries].sort((a, b) => compare(a.start, b.start) || compare(b.end, a.end))
    this.#starts = BigUint64Array.from(sorted, ({ start }) => start)
    this.#ends = BigUint64Array.from(sorted, ({ end }) => end)
    this.#values = sorted.map(({ value }) => value)
    let furthest = 0n
    this.#reach = this.#ends.map((end) => {
      if (end > furthest) furthest = end
      return furthest
    })
  }

  /** What covers an address, of several the inner one. */
  find(address: bigint): T | undefined {
    for (let at = this.#lastAtOrBefore(address); at >= 0 && (this.#reach[at] as bigint) > address; at--)
      if ((this.#ends[at] as bigint) > address) return this.#values[at]
    return undefined
  }

  #lastAtOrBefore(address: bigint): number {
    let low = 0
    let high = this.#starts.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#starts[middle] as bigint) <= address) low = middle + 1
      else high = middle
    }
    return low - 1
  }
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}
