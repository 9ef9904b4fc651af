/**
 * What the numbers of a run stand for: sites by cookie, the frames of stacks, symbols of addresses. Nothing is read before
 * a stack or an address is shown, but for what a process has mapped: that is looked at when its first stack comes in.
 */
import { readKallsyms } from '../../kernel/procfs/kallsyms.ts'
import type { Names } from '../../spec/decode.ts'
import type { LoadedObject } from '../../spec/executor.ts'
import type { ObjectSpec } from '../../spec/object-spec.ts'
import { STACK_OFFSETS, stacksMap } from '../../spec/stack-layout.ts'
import type { StackType } from '../../spec/types/type.ts'
import type { Frame } from '../../spec/value.ts'
import { kernelSymbols } from '../../symbolize/addresses/kernel-symbols.ts'
import { ProcessSymbols } from '../../symbolize/addresses/process-symbols.ts'

/** Names of one run. The caller closes it. */
export class ScriptNames implements Names {
  readonly sites: ReadonlyMap<bigint, string>
  readonly #loaded: LoadedObject
  readonly #processes = new ProcessSymbols()
  readonly #kernel = kernelSymbols(readKallsyms)

  constructor(object: ObjectSpec, loaded: LoadedObject) {
    this.sites = object.sites
    this.#loaded = loaded
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
    return Array.from({ length: count }, (_, index) => this.symbol(view.getBigUint64(index * 8, true), pid))
  }

  /** Twice is fine. */
  close(): void {
    this.#processes.close()
  }
}
