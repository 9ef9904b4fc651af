/**
 * What the numbers of a run stand for: sites by cookie, the frames of stacks, symbols of addresses. Nothing is read before
 * a stack or an address is shown, but for what a process has mapped: that is looked at when its first stack comes in.
 */
import { BorescopeError } from '../../base/errors.ts'
import { type MappingWatch, watchMappings } from '../../kernel/mappings/watch-mappings.ts'
import { readKallsyms } from '../../kernel/procfs/kallsyms.ts'
import type { Names } from '../../spec/decode.ts'
import type { LoadedObject } from '../../spec/executor.ts'
import type { ObjectSpec } from '../../spec/object-spec.ts'
import { STACK_OFFSETS, stacksMap } from '../../spec/stack-layout.ts'
import type { StackType } from '../../spec/types/type.ts'
import type { Frame } from '../../spec/value.ts'
import { kernelSymbols } from '../../symbolize/addresses/kernel-symbols.ts'
import { ProcessSymbols } from '../../symbolize/addresses/process-symbols.ts'
import { assumeMappings } from './assumed-mappings.ts'

/** The processes that a run is about. */
export interface TracedProcesses {
  /** Of `-p`. */
  readonly pid?: number | undefined
  /** The command of `-c`, which has not begun yet. */
  readonly child?: number | undefined
}

/** Names of one run. The caller closes it. */
export class ScriptNames implements Names {
  readonly sites: ReadonlyMap<bigint, string>
  readonly #loaded: LoadedObject
  readonly #processes: ProcessSymbols
  readonly #kernel = kernelSymbols(readKallsyms)
  readonly #watch: MappingWatch | undefined
  readonly #misses = new Map<string, { readonly frame: Frame; count: number }>()

  constructor(object: ObjectSpec, loaded: LoadedObject, { pid, child }: TracedProcesses) {
    this.sites = object.sites
    this.#loaded = loaded
    this.#watch = child === undefined ? undefined : tryWatch(child)
    this.#processes = new ProcessSymbols(object.frameDetail, {
      told: (ended) => this.#watch?.of(ended),
      assumed: assumeMappings(object),
    })
    if (pid !== undefined) this.#processes.look(pid)
  }

  /** A line for each reason why user frames have no names. */
  misses(): readonly string[] {
    return [...this.#misses].map(([reason, { frame, count }]) => {
      const more = count === 1 ? '' : ` (the first of ${count} addresses)`
      return `no name for 0x${frame.address.toString(16)}${more}: ${reason}`
    })
  }

  /** A stack of this process has come in that was not known: what it has mapped is worth keeping. */
  sawProcess(pid: number): void {
    this.#processes.look(pid)
  }

  symbol = (address: bigint, pid: number): Frame => (pid === 0 ? this.#kernel(address) : this.#processes.frame(address, pid))

  frames = (type: StackType, key: Uint8Array): readonly Frame[] => {
    const [stored] = this.#loaded.map(stacksMap(type.depth)).lookup(key) ?? []
    if (stored === undefined) return []
    const view = new DataView(stored.buffer, stored.byteOffset, stored.byteLength)
    const parts = new DataView(key.buffer, key.byteOffset, key.byteLength)
    const pid = parts.getUint32(STACK_OFFSETS.pid, true)
    const count = Math.min(parts.getUint32(STACK_OFFSETS.count, true), type.depth)
    const frames: Frame[] = []
    for (let index = 0; index < count; index++) {
      const address = view.getBigUint64(index * 8, true)
      if (pid === 0) frames.push(this.#kernel(address))
      else if (type.mode === 'build_id') frames.push(this.#processes.buildFrame(address, pid))
      else frames.push(...this.#processes.frames(address, pid, index === 0 ? 'instruction' : 'return'))
    }
    for (const frame of frames) if (frame.missing !== undefined) this.#noteMiss(frame, frame.missing)
    return frames
  }

  #noteMiss(frame: Frame, reason: string): void {
    const known = this.#misses.get(reason)
    if (known === undefined) this.#misses.set(reason, { frame, count: 1 })
    else known.count++
  }

  /** Twice is fine. */
  close(): void {
    this.#watch?.close()
    this.#processes.close()
  }
}

/** Where it is refused, processes have to live until they are looked at. */
function tryWatch(pid: number): MappingWatch | undefined {
  try {
    return watchMappings(pid)
  } catch (error) {
    if (error instanceof BorescopeError) return undefined
    throw error
  }
}
