/**
 * Pointers of .eh_frame: a byte says in which format they are and what they are relative to. Source: Linux Standard Base 5.0,
 * "DWARF Exception Header Encoding".
 */
import type { FrameReader } from './frame-reader.ts'

/** There is no pointer. */
export const OMITTED = 0xff
const FORMAT = 0x0f
const APPLICATION = 0x70
const PC_RELATIVE = 0x10

type Format = (reader: FrameReader) => number
const FORMATS: readonly (Format | undefined)[] = [
  (reader) => reader.i64(),
  (reader) => reader.unsigned(),
  (reader) => reader.u16(),
  (reader) => reader.u32(),
  (reader) => reader.i64(),
  undefined,
  undefined,
  undefined,
  undefined,
  (reader) => reader.signed(),
  (reader) => reader.i16(),
  (reader) => reader.i32(),
  (reader) => reader.i64(),
]

/** A number in the format of an encoding, relative to nothing: how lengths are written. Throws `FormatError`. */
export function readEncodedNumber(reader: FrameReader, encoding: number): number {
  const format = FORMATS[encoding & FORMAT]
  if (format === undefined) reader.fail(`unknown pointer encoding ${encoding}`)
  return format(reader)
}

/** A pointer to code. Throws `FormatError`; relative to text, data or functions no compiler for x86-64 writes them. */
export function readEncodedPointer(reader: FrameReader, encoding: number): number {
  const place = reader.address + reader.at
  const value = readEncodedNumber(reader, encoding)
  const application = encoding & APPLICATION
  if (application === 0) return value
  if (application !== PC_RELATIVE) reader.fail(`pointer encoding ${encoding} is not read here`)
  return place + value
}
