/**
 * A cursor over call frame information that is made for speed: a large program has some megabytes of it, read as one. Addresses are
 * plain numbers: those of the file's own tables are far below 2^53.
 */
import { FormatError } from '../../base/errors.ts'

/** Reads numbers one after another; `at` may be moved freely. Reading past the end throws `FormatError`. */
export class FrameReader {
  readonly bytes: Uint8Array
  /** Where the first byte lies in memory, by the file's own tables. */
  readonly address: number
  readonly #subject: string
  readonly #view: DataView
  at = 0

  constructor(bytes: Uint8Array, place: { readonly address: number; readonly subject: string }) {
    this.bytes = bytes
    this.address = place.address
    this.#subject = place.subject
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  u8(): number {
    const value = this.bytes[this.at]
    if (value === undefined) this.fail('truncated')
    this.at++
    return value
  }
  u16(): number {
    return this.#view.getUint16(this.#take(2), true)
  }
  i16(): number {
    return this.#view.getInt16(this.#take(2), true)
  }
  u32(): number {
    return this.#view.getUint32(this.#take(4), true)
  }
  i32(): number {
    return this.#view.getInt32(this.#take(4), true)
  }
  /** Of 64 bits as many as a number holds. */
  i64(): number {
    const at = this.#take(8)
    return this.#view.getUint32(at, true) + this.#view.getInt32(at + 4, true) * 2 ** 32
  }
  /** LEB128, unsigned. */
  unsigned(): number {
    let byte = this.u8()
    if (byte < 0x80) return byte
    let value = byte & 0x7f
    for (let scale = 128; byte >= 0x80; scale *= 128) {
      byte = this.u8()
      value += (byte & 0x7f) * scale
    }
    return value
  }
  /** LEB128, signed. */
  signed(): number {
    let value = 0
    let scale = 1
    for (;;) {
      const byte = this.u8()
      value += (byte & 0x7f) * scale
      scale *= 128
      if (byte < 0x80) return (byte & 0x40) !== 0 ? value - scale : value
    }
  }

  /** Throws `FormatError` that says where. */
  fail(problem: string): never {
    throw new FormatError(this.#subject, `${problem} at offset ${this.at} of its call frame information`)
  }

  #take(length: number): number {
    const { at } = this
    if (!(at >= 0 && at + length <= this.bytes.length)) this.fail('truncated')
    this.at = at + length
    return at
  }
}
