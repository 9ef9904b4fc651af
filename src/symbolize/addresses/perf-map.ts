/**
 * /tmp/perf-PID.map: names of code that a process makes while it runs, a line each: start and size in hexadecimal, then the name
 * (linux/tools/perf/Documentation/jit-interface.txt). Node.js writes it with `--perf-basic-prof`.
 */
import type { IndexedSymbol } from './symbol-index.ts'

/** Reads the text. Code may be moved and its place used again: the last line about an address counts. */
export function parsePerfMap(text: string): IndexedSymbol[] {
  const symbols = new Map<bigint, IndexedSymbol>()
  for (const [, start = '0', size = '0', name = ''] of text.matchAll(/^(?:0x)?([0-9a-f]+) ([0-9a-f]+) (.+)$/gm)) {
    const address = BigInt(`0x${start}`)
    symbols.set(address, { address, size: Number.parseInt(size, 16), name })
  }
  return [...symbols.values()]
}
