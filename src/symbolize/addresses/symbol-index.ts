/**
 * From an address to the symbol that it lies in: symbols sorted by address, found by halving.
 */

/** A symbol and the bytes from its start. */
export interface FoundSymbol {
  readonly name: string
  readonly offset: bigint
}

/** One symbol to put into the index; `size` is 0 when nobody knows it, and the symbol reaches to the next one then. */
export interface IndexedSymbol {
  readonly name: string
  readonly address: bigint
  readonly size: number
}

/** Symbols by address. */
export class SymbolIndex {
  readonly #sorted: readonly IndexedSymbol[]

  /** Takes symbols in any order. Of several at one address the first with a size counts, else the first. */
  constructor(symbols: readonly IndexedSymbol[]) {
    this.#sorted = [...symbols].sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : preferSized(a, b)))
  }

  /** The symbol around an address; undefined between symbols. */
  find(address: bigint): FoundSymbol | undefined {
    let at = this.#lastAtOrBefore(address)
    const start = this.#sorted[at]?.address
    while (at > 0 && this.#sorted[at - 1]?.address === start) at--
    const symbol = this.#sorted[at]
    if (symbol === undefined) return undefined
    const offset = address - symbol.address
    return symbol.size === 0 || offset < BigInt(symbol.size) ? { name: symbol.name, offset } : undefined
  }

  #lastAtOrBefore(address: bigint): number {
    let low = 0
    let high = this.#sorted.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#sorted[middle]?.address ?? 0n) <= address) low = middle + 1
      else high = middle
    }
    return low - 1
  }
}

function preferSized(a: IndexedSymbol, b: IndexedSymbol): number {
  return Number(b.size > 0) - Number(a.size > 0)
}
