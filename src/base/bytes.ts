/**
 * Cursors over bytes, little-endian (every target that borescope reads or writes today is). Reading past the end
 * throws `FormatError` that names what was being read.
 */
import { FormatError } from './errors.ts'

/** Reads integers and strings one after another; `offset` may be moved freely. */
export class ByteReader {
  readonly bytes: Uint8Array
  /** What the bytes are, for error messages. */
  readonly subject: string
  offset: number
  readonly #view: DataView

  constructor(bytes: Uint8Array, subject: string, offset = 0) {
    this.bytes = bytes
    this.subject = subject
    this.offset = offset
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get remaining(): number {
    return this.bytes.length - this.offset
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1))
  }
  u16(): number {
    return this.#view.getUint16(this.#take(2), true)
  }
  u32(): number {
    return this.#view.getUint32(this.#take(4), true)
  }
  i32(): number {
    return this.#view.getInt32(this.#take(4), true)
  }
  u64(): bigint {
    return this.#view.getBigUint64(this.#take(8), true)
  }
  /** A 64-bit field that must fit a `number`, such as a file offset or size. */
  size64(): number {
    const value = this.u64()
    if (value > BigInt(Number.MAX_SAFE_INTEGER))
      throw new FormatError(this.subject, `size ${value} at offset ${this.offset - 8} is out of range`)
    return Number(value)
  }
  /** The next `length` bytes, as a view (not a copy). */
  take(length: number): Uint8Array {
    const start = this.#take(length)
    return this.bytes.subarray(start, start + length)
  }
  skip(length: number): this {
    this.#take(length)
    return this
  }
  /** An unsigned LEB128 number of at most eight bytes. */
  uleb128(): number {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      if (scale > 2 ** 49) throw new FormatError(this.subject, `LEB128 number before offset ${this.offset} is too long`)
      const byte = this.u8()
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
    }
  }
  /** The bytes up to a NUL (which is skipped), decoded as Latin-1 or UTF-8. */
  cString(encoding: 'latin1' | 'utf-8' = 'utf-8'): string {
    const end = this.bytes.indexOf(0, this.offset)
    if (end === -1) throw new FormatError(this.subject, `string at offset ${this.offset} has no end`)
    const text = decodeText(this.bytes.subarray(this.offset, end), encoding)
    this.offset = end + 1
    return text
  }

  #take(length: number): number {
    const start = this.offset
    if (length < 0 || start < 0 || start + length > this.bytes.length) {
      throw new FormatError(this.subject, `truncated: ${length} bytes wanted at offset ${start}, size ${this.bytes.length}`)
    }
    this.offset = start + length
    return start
  }
}

/** Appends integers and bytes to a buffer that grows. */
export class ByteWriter {
  #bytes = new Uint8Array(64)
  #view = new DataView(this.#bytes.buffer)
  #length = 0

  get length(): number {
    return this.#length
  }
  u8(value: number): this {
    const at = this.#grow(1)
    this.#view.setUint8(at, value)
    return this
  }
  u16(value: number): this {
    const at = this.#grow(2)
    this.#view.setUint16(at, value, true)
    return this
  }
  u32(value: number): this {
    const at = this.#grow(4)
    this.#view.setUint32(at, value, true)
    return this
  }
  u64(value: bigint): this {
    const at = this.#grow(8)
    this.#view.setBigUint64(at, BigInt.asUintN(64, value), true)
    return this
  }
  raw(bytes: Uint8Array): this {
    const at = this.#grow(bytes.length)
    this.#bytes.set(bytes, at)
    return this
  }
  zeros(count: number): this {
    this.#grow(count)
    return this
  }
  alignTo(alignment: number): this {
    return this.zeros((alignment - (this.#length % alignment)) % alignment)
  }
  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }

  /** Answers where to write. May replace `#view`, so it is called before that is looked at. */
  #grow(count: number): number {
    const at = this.#length
    this.#length += count
    if (this.#length > this.#bytes.length) {
      const bigger = new Uint8Array(Math.max(this.#length, this.#bytes.length * 2))
      bigger.set(this.#bytes)
      this.#bytes = bigger
      this.#view = new DataView(bigger.buffer)
    }
    return at
  }
}

/** Decodes bytes as UTF-8 (invalid sequences become U+FFFD) or Latin-1 (one character a byte, never lossy). */
export function decodeText(bytes: Uint8Array, encoding: 'latin1' | 'utf-8'): string {
  if (encoding === 'utf-8') return utf8.decode(bytes)
  let text = ''
  for (let i = 0; i < bytes.length; i += 4096) text += String.fromCharCode(...bytes.subarray(i, i + 4096))
  return text
}

const utf8 = new TextDecoder('utf-8')
