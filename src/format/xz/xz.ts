/**
 * Files of xz, as far as `.gnu_debugdata` has them: one stream of LZMA2 blocks. Source: xz-file-format.txt of XZ Utils. Sums are not
 * compared: what comes out is an ELF file, whose reader finds damage.
 */
import { ByteReader } from '../../base/bytes.ts'
import { FormatError } from '../../base/errors.ts'
import { LzmaState, type Output } from './lzma.ts'
import { RangeDecoder } from './range-decoder.ts'

const MAGIC = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]
const HEADER_SIZE = 12
const LZMA2 = 0x21
const HAS_COMPRESSED_SIZE = 0x40
const HAS_SIZE = 0x80
/** Bytes of the sum behind a block, by its kind: none, CRC-32, CRC-64, SHA-256. */
const CHECK_SIZES = new Map([
  [0, 0],
  [1, 4],
  [4, 8],
  [10, 32],
])

/** What a file of xz holds, at most `most` bytes. Throws `FormatError` for damage, and for filters other than LZMA2. */
export function decompressXz(bytes: Uint8Array, most: number): Uint8Array {
  const reader = new ByteReader(bytes, 'xz')
  const header = reader.take(HEADER_SIZE)
  if (MAGIC.some((byte, index) => header[index] !== byte)) throw new FormatError('xz', 'is none: it does not begin with its magic')
  const checkSize = CHECK_SIZES.get((header[7] as number) & 0x0f)
  if (checkSize === undefined) throw new FormatError('xz', `a sum of kind ${header[7]} is not known`)
  const output = new GrowingOutput(most)
  // The index begins with a zero where a block has its size.
  for (let size = reader.u8(); size !== 0; size = reader.u8()) {
    readBlockHeader(reader, (size + 1) * 4 - 1)
    readChunks(reader, output)
    reader.offset = Math.ceil(reader.offset / 4) * 4 + checkSize
  }
  return output.bytes()
}

function readBlockHeader(reader: ByteReader, length: number): void {
  const end = reader.offset + length
  const flags = reader.u8()
  if ((flags & HAS_COMPRESSED_SIZE) !== 0) reader.uleb128()
  if ((flags & HAS_SIZE) !== 0) reader.uleb128()
  const filter = reader.uleb128()
  if ((flags & 0x3f) !== 0 || filter !== LZMA2) throw new FormatError('xz', 'has a filter other than LZMA2')
  reader.offset = end
}

/** The chunks of LZMA2: bytes as they are, or LZMA, each with what it forgets of those before. */
function readChunks(reader: ByteReader, output: GrowingOutput): void {
  const range = new RangeDecoder()
  let properties: number | undefined
  let state: LzmaState | undefined
  for (let control = reader.u8(); control !== 0; control = reader.u8()) {
    if (control < 0x80) {
      if (control > 2) throw new FormatError('xz', `a chunk of kind ${control} does not exist`)
      if (control === 1) output.resetDictionary()
      for (const byte of reader.take(readSize(reader))) output.push(byte)
      continue
    }
    const size = (((control & 0x1f) << 16) | (readSize(reader) - 1)) + 1
    const compressed = readSize(reader)
    const reset = (control >>> 5) & 3
    if (reset === 3) output.resetDictionary()
    if (reset >= 2) properties = reader.u8()
    if (reset >= 1 && properties !== undefined) state = new LzmaState(properties)
    if (state === undefined) throw new FormatError('xz', 'a chunk that goes on from nothing')
    range.start(reader.take(compressed))
    state.decode(range, output, output.length + size)
  }
}

/** 16 bits, the high ones first, of one less. */
function readSize(reader: ByteReader): number {
  return ((reader.u8() << 8) | reader.u8()) + 1
}

class GrowingOutput implements Output {
  readonly #most: number
  #bytes = new Uint8Array(1 << 16)
  #length = 0
  #start = 0

  constructor(most: number) {
    this.#most = most
  }
  get length(): number {
    return this.#length
  }
  get position(): number {
    return this.#length - this.#start
  }
  resetDictionary(): void {
    this.#start = this.#length
  }
  push(byte: number): void {
    if (this.#length === this.#bytes.length) this.#grow()
    this.#bytes[this.#length++] = byte
  }
  back(distance: number): number {
    if (distance > this.position) throw new FormatError('xz', 'a copy from before the beginning')
    return this.#bytes[this.#length - distance] as number
  }
  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  #grow(): void {
    if (this.#length >= this.#most) throw new FormatError('xz', `holds more than ${this.#most} bytes`)
    const larger = new Uint8Array(this.#bytes.length * 2)
    larger.set(this.#bytes)
    this.#bytes = larger
  }
}
