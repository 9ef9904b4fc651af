/**
 * The machine code of many functions, read in windows: probes of 20,000 functions cost some hundred reads, in whatever
 * order of address they come.
 */
import type { FileOffset } from '../../base/address.ts'
import type { ByteSource } from '../../format/elf/byte-source.ts'

const WINDOW = 1 << 16

/** Reads code of one file. */
export class CodeReader {
  readonly #source: ByteSource
  #start = 0
  #window: Uint8Array = new Uint8Array(0)

  constructor(source: ByteSource) {
    this.#source = source
  }

  /** Up to `length` (at most 64) bytes at `offset`, fewer at the end of the file; a view. */
  codeAt(offset: FileOffset, length: number): Uint8Array {
    const end = Math.min(offset + length, this.#source.size)
    if (offset < this.#start || end > this.#start + this.#window.length) {
      this.#start = Math.min(offset, this.#source.size)
      this.#window = this.#source.read(this.#start, Math.min(WINDOW, this.#source.size - this.#start))
    }
    return this.#window.subarray(offset - this.#start, end - this.#start)
  }
}
