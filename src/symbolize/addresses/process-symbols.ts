/**
 * Symbols of processes: which file an address was mapped from when the process was last looked at, and which function of that
 * file it lies in. What a process has mapped is kept when it ends. A miss is never an error: the frame stays an address, and
 * says why. What was found once is kept for as long as the process has the same files mapped.
 */
import { virtualOffset } from '../../base/address.ts'
import { type MappedFile, readMaps } from '../../kernel/procfs/processes.ts'
import { toByteString } from '../../spec/byte-string.ts'
import { type Frame, type FrameDetail, PLAIN_FRAMES } from '../../spec/value.ts'
import { demangle } from '../demangle/demangle.ts'
import type { ExecutableSymbols, PlacedFunction } from './executable-symbols.ts'
import { MappedSymbols, shownPath } from './mapped-symbols.ts'
import { PerfMap } from './perf-map.ts'

/** What was seen is trusted for so long: a stack is looked at right after it was taken, and libraries do not come and go in between. */
const FRESH_MS = 20
/** Frames of one process that are kept; at most some 100 MB. */
const MOST_FRAMES = 1 << 18

/**
 * What an address is: that of an instruction, or where a call returns to, which may be the first byte behind the function
 * that called: such an address is looked up a byte earlier.
 */
export type AddressRole = 'instruction' | 'return'

/** Where else than in /proc it is known what processes have mapped, in order of trust. */
export interface OtherMappings {
  /** Of a process that has ended, as it was told while it lived. */
  readonly told?: (pid: number) => readonly MappedFile[] | undefined
  /** Of one that nobody has seen, by the first address that is asked for. */
  readonly assumed?: (address: bigint) => readonly MappedFile[] | undefined
}

interface Process {
  readonly mappings: readonly MappedFile[]
  readonly generated: PerfMap
  readonly frames: Readonly<Record<AddressRole, Map<bigint, readonly Frame[]>>>
  lookedAt: number
}

/** Names addresses of processes, as byte strings. It keeps files open until it is closed. */
export class ProcessSymbols {
  readonly #detail: FrameDetail
  readonly #others: OtherMappings
  readonly #processes = new Map<number, Process>()
  readonly #files = new MappedSymbols()

  constructor(detail: FrameDetail = PLAIN_FRAMES, others: OtherMappings = {}) {
    this.#detail = detail
    this.#others = others
  }

  /** Looks at what a process has mapped now, unless that was just done; of a process that has ended, what is known stays. */
  look(pid: number): void {
    const known = this.#processes.get(pid)
    if (known === undefined || performance.now() - known.lookedAt >= FRESH_MS) this.#lookNow(pid)
  }

  #lookNow(pid: number, address?: bigint): void {
    const known = this.#processes.get(pid)
    const now = performance.now()
    const { told, assumed } = this.#others
    const mappings =
      nonEmpty(readMaps(pid)) ??
      nonEmpty(told?.(pid)) ??
      (known === undefined && address !== undefined ? nonEmpty(assumed?.(address)) : undefined)
    if (mappings === undefined) return
    const generated = known?.generated ?? new PerfMap(pid)
    const isNew = generated.look(now)
    if (known !== undefined && !isNew && isSame(known.mappings, mappings)) known.lookedAt = now
    else this.#processes.set(pid, { mappings, lookedAt: now, generated, frames: { instruction: new Map(), return: new Map() } })
  }

  /** The frame of an address in a process: the function that has the symbol. */
  frame(address: bigint, pid: number): Frame {
    return this.frames(address, pid, 'instruction').at(-1) ?? { address }
  }

  /** The frames of an address in a process: those of inlined calls, innermost first, if such are wanted, then the one of the function. */
  frames(address: bigint, pid: number, role: AddressRole): readonly Frame[] {
    const before = this.#processes.get(pid)
    const known = before?.frames[role].get(address)
    if (known !== undefined) return known
    // The code may be of a library, or of a program after an exec, that has come since.
    if (before === undefined || mappingAt(before.mappings, codeAt(address, role)) === undefined) this.#lookNow(pid, address)
    const process = this.#processes.get(pid)
    if (process === undefined) return [{ address, missing: `process ${pid} had ended before it was looked at` }]
    const frames = this.#resolve(process, { address, pid, role })
    if (process.frames[role].size >= MOST_FRAMES) process.frames[role].clear()
    process.frames[role].set(address, frames)
    return frames
  }

  /** The frame of an address as the file's build ID and the place in the file, where the file has one. */
  buildFrame(address: bigint, pid: number): Frame {
    const [frame = { address }] = this.frames(address, pid, 'instruction')
    const mapping = mappingAt(this.#processes.get(pid)?.mappings ?? [], address)
    const symbols = mapping === undefined ? undefined : this.#files.find(mapping, pid)
    if (mapping === undefined || symbols === undefined || typeof symbols === 'string' || symbols.buildId === undefined) return frame
    return { ...frame, build: { id: symbols.buildId, fileOffset: Number(address - mapping.start) + mapping.fileOffset } }
  }

  /** Twice is fine. */
  close(): void {
    this.#files.close()
  }

  #resolve(process: Process, { address, pid, role }: { address: bigint; pid: number; role: AddressRole }): readonly Frame[] {
    const at = codeAt(address, role)
    const mapping = mappingAt(process.mappings, at)
    if (mapping === undefined) return [generatedFrame(address, process.generated)]
    const path = toByteString(shownPath(mapping))
    const symbols = this.#files.find(mapping, pid)
    // Memory that is shared as a file may be full of code that was made at run time.
    if (typeof symbols === 'string') return [{ ...generatedFrame(address, process.generated, symbols), path }]
    const offset = symbols.toVirtualOffset(Number(at - mapping.start) + mapping.fileOffset)
    if (offset === undefined) return [{ address, path, missing: `${path} loads nothing there` }]
    const found = symbols.find(virtualOffset(offset))
    const outer: Frame =
      found === undefined
        ? { address, path, missing: symbols.whyNothing() ?? `no symbol of ${path} reaches there` }
        : { address, path, symbol: this.#name(found.name), offset: found.offset + (address - at) }
    return this.#detail.show === 'names' ? [outer] : this.#withPlaces(outer, placesAt(symbols, offset))
  }

  #withPlaces(outer: Frame, places: readonly PlacedFunction[]): readonly Frame[] {
    const { address, path } = outer
    const last = places.at(-1)
    if (last === undefined) return [outer]
    const inlined = places.slice(0, -1).map(
      (place): Frame => ({
        address,
        ...(path === undefined ? {} : { path }),
        ...(place.name === '' ? {} : { symbol: this.#name(place.name) }),
        ...sourceOf(place),
        inlined: true,
      }),
    )
    return [...inlined, { ...outer, ...sourceOf(last) }]
  }

  #name(symbol: string): string {
    return toByteString(this.#detail.names === 'demangled' ? demangle(symbol) : symbol)
  }
}

function codeAt(address: bigint, role: AddressRole): bigint {
  return role === 'return' && address > 0n ? address - 1n : address
}

function placesAt(symbols: ExecutableSymbols, offset: bigint): readonly PlacedFunction[] {
  return symbols.place(virtualOffset(offset))
}

function sourceOf({ file, line }: PlacedFunction): Pick<Frame, 'file' | 'line'> {
  return file === undefined || line === undefined ? {} : { file: toByteString(file), line }
}

function nonEmpty(mappings: readonly MappedFile[] | undefined): readonly MappedFile[] | undefined {
  return mappings?.length === 0 ? undefined : mappings
}

function mappingAt(mappings: readonly MappedFile[], address: bigint): MappedFile | undefined {
  let [low, high] = [0, mappings.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((mappings[middle] as MappedFile).start <= address) low = middle + 1
    else high = middle
  }
  const found = mappings[low - 1]
  return found !== undefined && address < found.end ? found : undefined
}

function isSame(some: readonly MappedFile[], others: readonly MappedFile[]): boolean {
  return (
    some.length === others.length &&
    some.every((one, at) => {
      const other = others[at] as MappedFile
      return one.start === other.start && one.end === other.end && one.inode === other.inode && one.path === other.path
    })
  )
}

/** Code that was made while the process ran has its names in a file of perf's convention, which the process writes. */
function generatedFrame(address: bigint, generated: PerfMap, missing = 'no file is mapped there'): Frame {
  const found = generated.find(address)
  if (found !== undefined) return { address, symbol: toByteString(found.name), offset: found.offset }
  return { address, missing }
}
