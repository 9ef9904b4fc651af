/**
 * /tmp/perf-PID.map: names of code that a process makes while it runs, a line each: start and size in hexadecimal, then the name
 * (linux/tools/perf/Documentation/jit-interface.txt). Node.js writes it with `--perf-basic-prof`.
 */
import { readFileSync, statSync } from 'node:fs'
import { type FoundSymbol, type IndexedSymbol, SymbolIndex } from './symbol-index.ts'

/** Reads the text. Code may be moved and its place used again: the last line about an address counts. */
export function parsePerfMap(text: string): IndexedSymbol[] {
  const symbols = new Map<bigint, IndexedSymbol>()
  for (const [, start = '0', size = '0', name = ''] of text.matchAll(/^(?:0x)?([0-9a-f]+) ([0-9a-f]+) (.+)$/gm)) {
    const address = BigInt(`0x${start}`)
    symbols.set(address, { address, size: Number.parseInt(size, 16), name })
  }
  return [...symbols.values()]
}

/** How often a map that grows is read again, unless an address is asked for that it does not hold: it can be megabytes. */
const FRESH_MS = 1000

/** The map that a process writes, under the pid that it has in its own container. */
export class PerfMap {
  readonly #pid: number
  #paths: readonly string[] | undefined
  #size = 0
  #readAt = Number.NEGATIVE_INFINITY
  #index: SymbolIndex | undefined

  constructor(pid: number) {
    this.#pid = pid
  }

  /** Reads what has been written since, unless that was just done; true when there was something. */
  look(now: number): boolean {
    return now - this.#readAt >= FRESH_MS && this.#read(now)
  }

  /** The symbol around an address, also when it has only just been written. */
  find(address: bigint): FoundSymbol | undefined {
    const found = this.#index?.find(address)
    return found === undefined && this.#read(performance.now()) ? this.#index?.find(address) : found
  }

  #read(now: number): boolean {
    this.#readAt = now
    this.#paths ??= [`/proc/${this.#pid}/root/tmp/perf-${innermostPid(this.#pid)}.map`, `/tmp/perf-${this.#pid}.map`]
    for (const path of this.#paths) {
      const size = sizeOf(path)
      if (size === undefined) continue
      const text = size === this.#size ? undefined : readIf(path)
      if (text === undefined) return false
      this.#size = size
      this.#index = new SymbolIndex(parsePerfMap(text))
      return true
    }
    return false
  }
}

function sizeOf(path: string): number | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })?.size
  } catch {
    return undefined
  }
}

function innermostPid(pid: number): string {
  const ids = /^NSpid:\s*(.*)$/m.exec(readIf(`/proc/${pid}/status`) ?? '')?.[1]
  return ids?.split(/\s+/).at(-1) ?? String(pid)
}

function readIf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
