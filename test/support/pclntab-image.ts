/**
 * Go function tables of every version, made in memory for tests of the readers.
 */
import { ByteWriter } from '../../src/base/bytes.ts'
import { stringTable } from './elf-image.ts'

export interface PclntabImage {
  readonly version: '1.2' | '1.16' | '1.18' | '1.20'
  readonly functions: readonly { readonly name: string; readonly entry: bigint }[]
  /** End of the last function. */
  readonly end: bigint
  /** What entries of 1.18 and later count from. */
  readonly text?: bigint
  /** What the header says of that; `text` by default. */
  readonly headerText?: bigint
}

const MAGIC = { '1.2': 0xfffffffb, '1.16': 0xfffffffa, '1.18': 0xfffffff0, '1.20': 0xfffffff1 } as const

/** The bytes of a table. Names hold non-ASCII bytes where `functions` do. */
export function buildPclntab(image: PclntabImage): Uint8Array {
  if (image.version === '1.2') return buildFlat(image)
  const wide = image.version === '1.16'
  const names = stringTable(image.functions.map(({ name }) => name))
  const headerSize = 8 + (wide ? 7 : 8) * 8
  // Behind the names come four bytes that are not text, as the compilation units of a real table are not.
  const namesEnd = headerSize + names.bytes.length
  const index = namesEnd + 4
  const out = start(image)
  out.u64(BigInt(image.functions.length)).u64(1n)
  if (!wide) out.u64(image.headerText ?? image.text ?? 0n)
  out.u64(BigInt(headerSize)).u64(BigInt(namesEnd)).u64(BigInt(namesEnd)).u64(BigInt(namesEnd)).u64(BigInt(index))
  out.raw(names.bytes).raw(Uint8Array.of(0xff, 0xfe, 0x80, 0xff))
  writeIndexAndRecords(out, image, { recordsFrom: index, nameOffsets: names.offsets })
  return out.finish()
}

/** Go 1.2: the index follows the header, and everything counts from the start of the table. */
function buildFlat(image: PclntabImage): Uint8Array {
  const names = stringTable(image.functions.map(({ name }) => name))
  const recordsEnd = 16 + image.functions.length * 16 + 8 + image.functions.length * RECORD
  const out = start(image).u64(BigInt(image.functions.length))
  writeIndexAndRecords(out, image, { recordsFrom: 0, nameOffsets: names.offsets.map((offset) => offset + recordsEnd) })
  return out.raw(names.bytes).finish()
}

const RECORD = 16

function start(image: PclntabImage): ByteWriter {
  return new ByteWriter().u32(MAGIC[image.version]).u16(0).u8(1).u8(8)
}

function writeIndexAndRecords(
  out: ByteWriter,
  image: PclntabImage,
  places: { readonly recordsFrom: number; readonly nameOffsets: readonly number[] },
): void {
  const wide = image.version === '1.2' || image.version === '1.16'
  const word = (value: bigint) => (wide ? out.u64(value) : out.u32(Number(value)))
  const size = wide ? 8 : 4
  const count = image.functions.length
  const records = out.length - places.recordsFrom + count * 2 * size + size
  for (const [index, { entry }] of image.functions.entries()) {
    word(entry - (wide ? 0n : (image.text ?? 0n)))
    word(BigInt(records + index * RECORD))
  }
  word(image.end - (wide ? 0n : (image.text ?? 0n)))
  for (const [index, { entry }] of image.functions.entries()) {
    word(entry - (wide ? 0n : (image.text ?? 0n)))
    out.u32(places.nameOffsets[index] ?? 0).zeros(RECORD - size - 4)
  }
}
