/**
 * Symbols of processes: which file an address was mapped from when the process was last looked at, and which function of that
 * file it lies in. What a process has mapped is kept when it ends. A miss is never an error: the frame stays an address.
 */
import { existsSync, readFileSync } from 'node:fs'
import { fileOffset } from '../../base/address.ts'
import { toVirtualOffset } from '../../format/elf/segments.ts'
import { type MappedFile, readMaps } from '../../kernel/procfs/processes.ts'
import type { Frame } from '../../spec/value.ts'
import type { Executable } from '../executable.ts'
import { ExecutableCache } from '../executable-cache.ts'
import { parsePerfMap } from './perf-map.ts'
import { SymbolIndex } from './symbol-index.ts'

/** How old a look at a process may be before it is looked at again, in milliseconds. */
const FRESH_MS = 20
const DELETED = ' (deleted)'

interface Process {
  readonly mappings: readonly MappedFile[]
  readonly lookedAt: number
  readonly generated: SymbolIndex | undefined
}

/** Names addresses of processes. It keeps files open until it is closed. */
export class ProcessSymbols {
  readonly #processes = new Map<number, Process>()
  readonly #executables = new ExecutableCache()
  readonly #indexes = new Map<Executable, SymbolIndex>()

  /** Looks at what a process has mapped now, unless that was just done; of a process that has ended, what is known stays. */
  look(pid: number): void {
    const known = this.#processes.get(pid)
    if (known !== undefined && performance.now() - known.lookedAt < FRESH_MS) return
    const mappings = readMaps(pid)
    if (mappings === undefined || mappings.length === 0) return
    this.#processes.set(pid, { mappings, lookedAt: performance.now(), generated: readPerfMap(pid) })
  }

  /** The frame of an address in a process. */
  frame(address: bigint, pid: number): Frame {
    if (!this.#processes.has(pid)) this.look(pid)
    const process = this.#processes.get(pid)
    const mapping = process?.mappings.find(({ start, end }) => address >= start && address < end)
    if (mapping === undefined) return generatedFrame(address, process?.generated)
    const path = mapping.path.endsWith(DELETED) ? mapping.path.slice(0, -DELETED.length) : mapping.path
    const executable = this.#open(mapping, pid)
    const offset = executable && toVirtualOffset(executable.elf.segments, fileOffset(Number(address - mapping.start) + mapping.fileOffset))
    const found = executable && offset !== undefined ? this.#indexOf(executable).find(offset) : undefined
    return found === undefined ? { address, path } : { address, path, symbol: found.name, offset: found.offset }
  }

  /** Twice is fine. */
  close(): void {
    this.#executables.close()
    this.#indexes.clear()
  }

  /** The file as the process sees it, which may live in a container; one that is deleted is still there while it is mapped. */
  #open(mapping: MappedFile, pid: number): Executable | undefined {
    const range = `${mapping.start.toString(16)}-${mapping.end.toString(16)}`
    const candidates = [`/proc/${pid}/root${mapping.path}`, mapping.path, `/proc/${pid}/map_files/${range}`]
    const path = candidates.find((candidate) => existsSync(candidate))
    if (path === undefined) return undefined
    try {
      return this.#executables.open(path)
    } catch {
      return undefined
    }
  }

  #indexOf(executable: Executable): SymbolIndex {
    const known = this.#indexes.get(executable)
    if (known !== undefined) return known
    const index = new SymbolIndex(functionsOf(executable))
    this.#indexes.set(executable, index)
    return index
  }
}

/** None when the tables are damaged: the address is all there is to show. */
function functionsOf(executable: Executable) {
  try {
    return executable.functions.all
  } catch {
    return []
  }
}

/** Code that was made while the process ran has its names in a file of perf's convention, which the process writes. */
function generatedFrame(address: bigint, generated: SymbolIndex | undefined): Frame {
  const found = generated?.find(address)
  return found === undefined ? { address } : { address, symbol: found.name, offset: found.offset }
}

function readPerfMap(pid: number): SymbolIndex | undefined {
  try {
    return new SymbolIndex(parsePerfMap(readFileSync(`/proc/${pid}/root/tmp/perf-${pid}.map`, 'utf8')))
  } catch {
    return undefined
  }
}
