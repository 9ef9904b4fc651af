/**
 * The one linear memory of a machine, and the views that the host reads it through. Memory is handed out once and kept until
 * the machine is gone; who wants to use a piece again keeps a list.
 */
import { NotSupportedError } from '../../base/errors.ts'
import { HOST_WASM, PAGE_SIZE, type WasmMemory } from '../wasm/host.ts'

const MAXIMUM_PAGES = 65_536

/** Linear memory. The views are replaced when it grows: read them anew after every `allocate`. */
export class LinearMemory {
  readonly memory: WasmMemory
  bytes: Uint8Array<ArrayBuffer>
  words: Uint32Array<ArrayBuffer>
  view: DataView<ArrayBuffer>
  #used: number

  /** `used` bytes at the start are taken. */
  constructor(used: number) {
    this.memory = new HOST_WASM.Memory({ initial: Math.ceil(used / PAGE_SIZE) + 1, maximum: MAXIMUM_PAGES })
    this.bytes = new Uint8Array(this.memory.buffer)
    this.words = new Uint32Array(this.memory.buffer)
    this.view = new DataView(this.memory.buffer)
    this.#used = used
  }

  get pages(): number {
    return this.bytes.length / PAGE_SIZE
  }

  /** The offset of `size` zero bytes, aligned to 8. Throws `NotSupportedError` when 4 GiB are used up. */
  allocate(size: number): number {
    const at = Math.ceil(this.#used / 8) * 8
    const end = at + size
    if (end > this.bytes.length) this.#grow(end)
    this.#used = end
    return at
  }

  #grow(size: number): void {
    // In steps, since every growth costs new views.
    const pages = Math.max(Math.ceil(size / PAGE_SIZE), Math.min(MAXIMUM_PAGES, Math.ceil(this.pages * 1.5)))
    if (pages > MAXIMUM_PAGES)
      throw new NotSupportedError('more than 4 GiB of memory in the virtual machine', { remedy: 'use smaller maps' })
    this.memory.grow(pages - this.pages)
    this.bytes = new Uint8Array(this.memory.buffer)
    this.words = new Uint32Array(this.memory.buffer)
    this.view = new DataView(this.memory.buffer)
  }
}
