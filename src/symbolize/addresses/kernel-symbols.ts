/**
 * Symbols of the kernel and its modules, from /proc/kallsyms: read when the first address is asked for, since the file is megabytes.
 */
import type { Frame } from '../../spec/value.ts'
import { type IndexedSymbol, SymbolIndex } from './symbol-index.ts'

/** Types (as nm(1) writes them) of what a frame can lie in. */
const TEXT_TYPES = new Set(['t', 'T', 'w', 'W'])

/** The functions of kallsyms; none when the addresses are hidden (kptr_restrict). */
export function parseKernelSymbols(text: string): IndexedSymbol[] {
  const symbols: IndexedSymbol[] = []
  for (const [, address = '0', type = '', name = ''] of text.matchAll(/^([0-9a-f]+) (\S) (\S+)/gm)) {
    const start = BigInt(`0x${address}`)
    if (start !== 0n && TEXT_TYPES.has(type)) symbols.push({ name, address: start, size: 0 })
  }
  return symbols
}

/** Names addresses of the kernel; `read` answers the text of kallsyms, or undefined when it cannot be read. */
export function kernelSymbols(read: () => string | undefined): (address: bigint) => Frame {
  let index: SymbolIndex | undefined
  return (address) => {
    index ??= new SymbolIndex(parseKernelSymbols(read() ?? ''))
    const found = index.find(address)
    return found === undefined ? { address } : { address, symbol: found.name, offset: found.offset }
  }
}
