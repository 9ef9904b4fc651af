/**
 * The text of a record, straight from its bytes in the ring to the bytes of the output: for formats of integers and strings,
 * which are most of those that print millions of lines. Everything else goes through values (`printf.ts`), and says the same.
 */
import type { FormatConversion, FormatString } from '../spec/format-string.ts'
import type { RecordLayout } from '../spec/record-layout.ts'
import type { Type } from '../spec/types/type.ts'
import { MOST_DECIMAL, writeAscii, writeDecimal, writeHex, writeWide } from './decimal-bytes.ts'

/** Writes from `end` of `out` on, by the record at `at`; answers where it ends. */
type Write = (record: DataView, at: number, out: Uint8Array, end: number) => number

/** Writes of `most` bytes at most. */
export interface RecordText {
  readonly most: number
  readonly write: Write
}

/** Two hexadecimal digits a byte, and `0x`. */
const MOST_HEX = 18
const SPACE = 32
const ZERO = 48
const DOT = 46

/** Absent for a format of which a conversion needs its value to be looked up, or is seldom seen. */
export function compileFormat(format: FormatString, layout: RecordLayout): RecordText | undefined {
  const pieces: RecordText[] = []
  let next = 0
  for (const part of format) {
    const field = part.kind === 'text' ? undefined : layout.fields[next++]
    const piece = part.kind === 'text' ? literal(part.text) : field && conversion(part, field.type, field.offset)
    if (piece === undefined) return undefined
    pieces.push(piece)
  }
  const writes = pieces.map(({ write }) => write)
  return {
    most: pieces.reduce((sum, { most }) => sum + most, 0),
    write: (record, at, out, end) => {
      let ends = end
      for (let i = 0; i < writes.length; i++) ends = (writes[i] as Write)(record, at, out, ends)
      return ends
    },
  }
}

function literal(text: string): RecordText {
  return { most: text.length, write: (_record, _at, out, end) => writeAscii(out, end, text) }
}

function conversion(spec: FormatConversion, type: Type, offset: number): RecordText | undefined {
  if (spec.plus || spec.alternate) return undefined
  const piece =
    type.kind === 'string' ? (spec.conversion === 's' ? stringPiece(type.size, offset) : undefined) : integer(spec, type, offset)
  return piece && (spec.width > 0 ? padded(piece, spec) : piece)
}

/** The bytes before the first NUL; two dots behind them where there is none, for it may have been cut. */
function stringPiece(size: number, offset: number): RecordText {
  return {
    most: size + 2,
    write: (record, at, out, end) => {
      const start = at + offset
      for (let i = 0; i < size; i++) {
        const byte = record.getUint8(start + i)
        if (byte === 0) return end + i
        out[end + i] = byte
      }
      if (size === 0) return end
      out[end + size] = DOT
      out[end + size + 1] = DOT
      return end + size + 2
    },
  }
}

/** Fills up what has been written, on the side that the format says. */
function padded({ most, write }: RecordText, { width, zeroPad, leftAlign }: FormatConversion): RecordText {
  const fill = zeroPad ? ZERO : SPACE
  return {
    most: Math.max(most, width),
    write: (record, at, out, end) => {
      const ends = write(record, at, out, end)
      const missing = width - (ends - end)
      if (missing <= 0) return ends
      if (leftAlign) {
        out.fill(fill, ends, ends + missing)
      } else {
        out.copyWithin(end + missing, end, ends)
        out.fill(fill, end, end + missing)
      }
      return end + width
    },
  }
}

/** How an integer lies in a record. */
interface Stored {
  readonly size: 1 | 2 | 4 | 8
  readonly signed: boolean
}

function integer(spec: FormatConversion, type: Type, offset: number): RecordText | undefined {
  const stored = storedInteger(spec, type)
  if (stored === undefined) return undefined
  // `%s` shows the number that was stored, whole and with its own sign; `%p` knows no length modifiers.
  const bits = spec.conversion === 's' || spec.conversion === 'p' ? 64 : spec.bits
  switch (spec.conversion) {
    case 'd':
    case 'i':
      return decimal(stored, { bits, signed: true, offset })
    case 'u':
      return decimal(stored, { bits, signed: false, offset })
    case 's':
      return decimal(stored, { bits, signed: stored.signed, offset })
    case 'x':
    case 'p':
      return hexadecimal(stored, { bits, prefix: spec.conversion === 'p', offset })
    default:
      return undefined
  }
}

function storedInteger({ conversion: letter }: FormatConversion, type: Type): Stored | undefined {
  // The text of a pointer, or of an enumerator, is not that of its number.
  if (type.kind === 'pointer') return letter === 's' ? undefined : { size: 8, signed: false }
  return type.kind === 'int' && (letter !== 's' || type.enumeration === undefined) ? type : undefined
}

function decimal(stored: Stored, to: { readonly bits: number; readonly signed: boolean; readonly offset: number }): RecordText {
  const { bits, signed, offset } = to
  if (stored.size === 8 && bits === 64) return { most: MOST_DECIMAL, write: wideDecimal(offset, signed) }
  const read = reader(stored, offset)
  if (bits === 64) {
    // What is narrower keeps its value, but that a negative number without sign takes all 64 bits.
    const write: Write = (record, at, out, end) => {
      const value = read(record, at)
      return value < 0 && !signed ? writeWide(out, end, 0xffff_ffff, value >>> 0) : writeDecimal(out, end, value)
    }
    return { most: MOST_DECIMAL, write }
  }
  const cast = CASTS[signed ? 'signed' : 'unsigned'][bits as 8 | 16 | 32]
  return { most: MOST_DECIMAL, write: (record, at, out, end) => writeDecimal(out, end, cast(read(record, at))) }
}

function wideDecimal(offset: number, signed: boolean): Write {
  return signed
    ? (record, at, out, end) => writeWide(out, end, record.getInt32(at + offset + 4, true), record.getUint32(at + offset, true))
    : (record, at, out, end) => writeWide(out, end, record.getUint32(at + offset + 4, true), record.getUint32(at + offset, true))
}

/** `%x`, and `%p`, which has a prefix unless it is null. */
function hexadecimal(stored: Stored, to: { readonly bits: number; readonly prefix: boolean; readonly offset: number }): RecordText {
  const { bits, prefix, offset } = to
  const read = reader(stored, offset)
  const cast = bits === 64 ? CASTS.unsigned[32] : CASTS.unsigned[bits as 8 | 16 | 32]
  const highOf = (record: DataView, at: number, value: number): number =>
    bits < 64 ? 0 : stored.size === 8 ? record.getUint32(at + offset + 4, true) : value < 0 ? 0xffff_ffff : 0
  return {
    most: MOST_HEX,
    write: (record, at, out, end) => {
      const value = read(record, at)
      const [high, low] = [highOf(record, at, value), cast(value)]
      if (!prefix) return writeHex(out, end, high, low)
      return high === 0 && low === 0 ? writeAscii(out, end, '0') : writeHex(out, writeAscii(out, end, '0x'), high, low)
    },
  }
}

type Cast = (value: number) => number
const CASTS: Readonly<Record<'signed' | 'unsigned', Readonly<Record<8 | 16 | 32, Cast>>>> = {
  signed: { 8: (value) => (value << 24) >> 24, 16: (value) => (value << 16) >> 16, 32: (value) => value | 0 },
  unsigned: { 8: (value) => value & 0xff, 16: (value) => value & 0xffff, 32: (value) => value >>> 0 },
}

/** The number of up to 32 bits; of a longer one its lower half, without sign. */
function reader({ size, signed }: Stored, offset: number): (record: DataView, at: number) => number {
  switch (size) {
    case 1:
      return signed ? (record, at) => record.getInt8(at + offset) : (record, at) => record.getUint8(at + offset)
    case 2:
      return signed ? (record, at) => record.getInt16(at + offset, true) : (record, at) => record.getUint16(at + offset, true)
    case 4:
      return signed ? (record, at) => record.getInt32(at + offset, true) : (record, at) => record.getUint32(at + offset, true)
    case 8:
      return (record, at) => record.getUint32(at + offset, true)
  }
}
