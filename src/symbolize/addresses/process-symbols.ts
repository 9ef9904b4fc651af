/**
 * Symbols of processes: which file an address was mapped from when the process was last looked at, and which function of that
 * file it lies in. What a process has mapped is kept when it ends. A miss is never an error: the frame stays an address, and
 * says why. What was found once is kept for as long as the process has the same files mapped.
 */
import { existsSync, readFileSync } from 'node:fs'
import { fileOffset, virtualOffset } from '../../base/address.ts'
import { BorescopeError } from '../../base/errors.ts'
import { toVirtualOffset } from '../../format/elf/segments.ts'
import { type MappedFile, readMaps } from '../../kernel/procfs/processes.ts'
import type { Frame } from '../../spec/value.ts'
import { demangle } from '../demangle/demangle.ts'
import type { Executable } from '../executable.ts'
import { ExecutableCache } from '../executable-cache.ts'
import { ExecutableSymbols } from './executable-symbols.ts'
import { parsePerfMap } from './perf-map.ts'
import { SymbolIndex } from './symbol-index.ts'

/** How old a look at a process may be before it is looked at again, in milliseconds. */
const FRESH_MS = 20
const DELETED = ' (deleted)'

/** What frames are to say. */
export interface FrameDetail {
  /** `lines` adds the place in the source, and frames of inlined calls. */
  readonly show: 'names' | 'lines'
  /** Whether names of C++ and Rust are as their sources have them. */
  readonly names: 'demangled' | 'as they are'
}

/**
 * What an address is: that of an instruction, or where a call returns to, which may be the first byte behind the function
 * that called: such an address is looked up a byte earlier.
 */
export type AddressRole = 'instruction' | 'return'

/** What a process had mapped, where it did not live long enough to be looked at; undefined when nobody knows. */
export type EarlierMappings = (pid: number) => readonly MappedFile[] | undefined

interface Process {
  readonly mappings: readonly MappedFile[]
  lookedAt: number
  readonly generated: SymbolIndex | undefined
  readonly frames: Readonly<Record<AddressRole, Map<bigint, readonly Frame[]>>>
}

/** Names addresses of processes. It keeps files open until it is closed. */
export class ProcessSymbols {
  readonly #detail: FrameDetail
  readonly #earlier: EarlierMappings
  readonly #processes = new Map<number, Process>()
  readonly #executables = new ExecutableCache()
  /** By build ID: the same library in ten containers is read once. Files without one are known by themselves. */
  readonly #symbols = new Map<string | Executable, ExecutableSymbols>()

  constructor(detail: FrameDetail = { show: 'names', names: 'demangled' }, earlier: EarlierMappings = () => undefined) {
    this.#detail = detail
    this.#earlier = earlier
  }

  /** Looks at what a process has mapped now, unless that was just done; of a process that has ended, what is known stays. */
  look(pid: number): void {
    const known = this.#processes.get(pid)
    const now = performance.now()
    if (known !== undefined && now - known.lookedAt < FRESH_MS) return
    const mappings = nonEmpty(readMaps(pid)) ?? (known === undefined ? nonEmpty(this.#earlier(pid)) : undefined)
    if (mappings === undefined) return
    const generated = readPerfMap(pid)
    if (known !== undefined && generated === undefined && isSame(known.mappings, mappings)) known.lookedAt = now
    else this.#processes.set(pid, { mappings, lookedAt: now, generated, frames: { instruction: new Map(), return: new Map() } })
  }

  /** The frame of an address in a process. */
  frame(address: bigint, pid: number): Frame {
    return this.frames(address, pid, 'instruction').at(-1) ?? { address }
  }

  /** The frames of an address in a process: those of inlined calls, innermost first, if such are wanted, then the one of the function. */
  frames(address: bigint, pid: number, role: AddressRole): readonly Frame[] {
    const process = this.#processes.get(pid) ?? this.#firstLook(pid)
    if (process === undefined) return [{ address, missing: `process ${pid} had ended before it was looked at` }]
    const known = process.frames[role].get(address)
    if (known !== undefined) return known
    const frames = this.#resolve(process, { address, pid, role })
    process.frames[role].set(address, frames)
    return frames
  }

  /** Twice is fine. */
  close(): void {
    this.#executables.close()
    this.#symbols.clear()
  }

  #firstLook(pid: number): Process | undefined {
    this.look(pid)
    return this.#processes.get(pid)
  }

  #resolve(process: Process, { address, pid, role }: { address: bigint; pid: number; role: AddressRole }): readonly Frame[] {
    const behind = role === 'return' && address > 0n ? 1n : 0n
    const at = address - behind
    const mapping = process.mappings.find(({ start, end }) => at >= start && at < end)
    if (mapping === undefined) return [generatedFrame(address, process.generated)]
    const path = mapping.path.endsWith(DELETED) ? mapping.path.slice(0, -DELETED.length) : mapping.path
    const executable = this.#open(mapping, { pid, path })
    if (typeof executable === 'string') return [{ address, path, missing: executable }]
    const offset = toVirtualOffset(executable.elf.segments, fileOffset(Number(at - mapping.start) + mapping.fileOffset))
    if (offset === undefined) return [{ address, path, missing: `${path} does not load code there` }]
    const symbols = this.#symbolsOf(executable)
    const found = symbols.find(offset)
    const outer: Frame =
      found === undefined
        ? { address, path, missing: `no symbol of ${path} reaches there` }
        : { address, path, symbol: this.#name(found.name), offset: found.offset + behind }
    if (this.#detail.show === 'names') return [outer]
    const places = symbols.place(virtualOffset(offset))
    return places.length === 0 ? [outer] : this.#expand(outer, places)
  }

  #expand(outer: Frame, places: ReturnType<ExecutableSymbols['place']>): Frame[] {
    return places.map(({ name, file, line }, index): Frame => {
      const place = file === undefined || line === undefined ? {} : { file, line }
      if (index < places.length - 1)
        return { address: outer.address, ...(outer.path === undefined ? {} : { path: outer.path }), symbol: this.#name(name), ...place, inlined: true }
      return { ...outer, ...place }
    })
  }

  #name(symbol: string): string {
    return this.#detail.names === 'demangled' ? demangle(symbol) : symbol
  }

  /** The file as the process sees it, which may live in a container; one that is deleted is still there while it is mapped. */
  #open(mapping: MappedFile, { pid, path }: { readonly pid: number; readonly path: string }): Executable | string {
    const range = `${mapping.start.toString(16)}-${mapping.end.toString(16)}`
    const candidates = [`/proc/${pid}/root${mapping.path}`, mapping.path, `/proc/${pid}/map_files/${range}`]
    const found = candidates.find((candidate) => existsSync(candidate))
    if (found === undefined) return `${path} is no longer there`
    try {
      return this.#executables.open(found)
    } catch (error) {
      if (error instanceof BorescopeError) return error.message
      throw error
    }
  }

  #symbolsOf(executable: Executable): ExecutableSymbols {
    const key = buildIdOf(executable) ?? executable
    const known = this.#symbols.get(key)
    if (known !== undefined) return known
    const symbols = new ExecutableSymbols(executable)
    this.#symbols.set(key, symbols)
    return symbols
  }
}

function buildIdOf(executable: Executable): string | undefined {
  try {
    return executable.buildId
  } catch {
    return undefined
  }
}

function nonEmpty(mappings: readonly MappedFile[] | undefined): readonly MappedFile[] | undefined {
  return mappings?.length === 0 ? undefined : mappings
}

function isSame(some: readonly MappedFile[], others: readonly MappedFile[]): boolean {
  return (
    some.length === others.length &&
    some.every(({ start, end, path }, at) => start === others[at]?.start && end === others[at]?.end && path === others[at]?.path)
  )
}

/** Code that was made while the process ran has its names in a file of perf's convention, which the process writes. */
function generatedFrame(address: bigint, generated: SymbolIndex | undefined): Frame {
  const found = generated?.find(address)
  if (found !== undefined) return { address, symbol: found.name, offset: found.offset }
  return { address, missing: 'no file is mapped there' }
}

function readPerfMap(pid: number): SymbolIndex | undefined {
  try {
    return new SymbolIndex(parsePerfMap(readFileSync(`/proc/${pid}/root/tmp/perf-${pid}.map`, 'utf8')))
  } catch {
    return undefined
  }
}
