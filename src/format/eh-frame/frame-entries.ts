/**
 * The entries of .eh_frame and .debug_frame: CIEs, which say what many functions have in common, and FDEs, one for each range of
 * code. Sources: DWARF 5, section 6.4.1; Linux Standard Base 5.0, chapter "Exception Frames".
 */
import { OMITTED, readEncodedNumber, readEncodedPointer } from './encoded-pointer.ts'
import type { FrameReader } from './frame-reader.ts'

/** Which of the two kinds of section is read: they differ in how a CIE is referred to and pointers are written. */
export type FrameSectionKind = 'eh_frame' | 'debug_frame'

/** What functions have in common. */
export interface CommonEntry {
  readonly codeAlignment: number
  readonly dataAlignment: number
  readonly returnAddress: number
  readonly pointerEncoding: number
  /** True when FDEs have augmentation data. */
  readonly augmented: boolean
  /** True for the frames that the kernel makes for signal handlers: their address is that of the next instruction. */
  readonly signal: boolean
  /** Where its instructions lie in the section. */
  readonly start: number
  readonly end: number
}

/** The rows of one range of code, not yet run. */
export interface FrameEntry {
  readonly common: CommonEntry
  /** First address of the range and the one behind it, as the file's own tables count. */
  readonly from: number
  readonly to: number
  /** Where its instructions lie in the section. */
  readonly start: number
  readonly end: number
}

const ABSOLUTE = 0
const DWARF64 = 0xffff_ffff
const COMMON_ID = { eh_frame: 0, debug_frame: 0xffff_ffff } as const

/** All FDEs, in the order of the section; ranges of no length are left out. Throws `FormatError`. */
export function readFrameEntries(reader: FrameReader, kind: FrameSectionKind): FrameEntry[] {
  const commons = new Map<number, CommonEntry>()
  const entries: FrameEntry[] = []
  const commonAt = (offset: number): CommonEntry => {
    const known = commons.get(offset)
    if (known !== undefined) return known
    const made = readCommon(reader, offset, kind)
    commons.set(offset, made)
    return made
  }
  for (let next = 0; next + 4 <= reader.bytes.length; ) {
    const head = readHead(reader, next, kind)
    if (head === undefined) break
    next = head.end
    if (head.id === COMMON_ID[kind]) continue
    const { at } = reader
    const common = commonAt(kind === 'eh_frame' ? head.idAt - head.id : head.id)
    reader.at = at
    const entry = readEntry(reader, head.end, common)
    if (entry.to > entry.from) entries.push(entry)
  }
  return entries
}

/** Leaves the reader behind the id. Undefined at the zero that ends .eh_frame. */
function readHead(reader: FrameReader, offset: number, kind: FrameSectionKind) {
  reader.at = offset
  const short = reader.u32()
  if (short === 0) return undefined
  const length = short === DWARF64 ? reader.i64() : short
  const idAt = reader.at
  const end = idAt + length
  if (length < 4 || end > reader.bytes.length) reader.fail('an entry of impossible length')
  const wide = short === DWARF64 && kind === 'debug_frame'
  const id = wide ? reader.i64() : reader.u32()
  return { end, idAt, id: wide && id === -1 ? COMMON_ID.debug_frame : id }
}

function readCommon(reader: FrameReader, offset: number, kind: FrameSectionKind): CommonEntry {
  const head = readHead(reader, offset, kind)
  if (head === undefined || head.id !== COMMON_ID[kind]) reader.fail('an entry refers to no CIE')
  const version = reader.u8()
  const augmentation = readText(reader)
  if (version >= 4) reader.at += 2
  const codeAlignment = reader.unsigned()
  const dataAlignment = reader.signed()
  const returnAddress = version === 1 ? reader.u8() : reader.unsigned()
  const augmented = augmentation.startsWith('z')
  const { pointerEncoding, start } = augmented ? readAugmentation(reader, augmentation) : { pointerEncoding: ABSOLUTE, start: reader.at }
  const signal = augmentation.includes('S')
  return { codeAlignment, dataAlignment, returnAddress, pointerEncoding, augmented, signal, start, end: head.end }
}

/** The letters behind `z`, each with its data: P a personality routine, L an encoding, R the encoding of pointers. */
function readAugmentation(reader: FrameReader, augmentation: string): { readonly pointerEncoding: number; readonly start: number } {
  const size = reader.unsigned()
  const start = reader.at + size
  let pointerEncoding = ABSOLUTE
  for (const letter of augmentation.slice(1)) {
    if (letter === 'P') readEncodedNumber(reader, reader.u8())
    else if (letter === 'L') reader.u8()
    else if (letter === 'R') pointerEncoding = reader.u8()
    else if (letter !== 'S' && letter !== 'B') break
  }
  return { pointerEncoding: pointerEncoding === OMITTED ? ABSOLUTE : pointerEncoding, start }
}

function readText(reader: FrameReader): string {
  let text = ''
  for (let byte = reader.u8(); byte !== 0; byte = reader.u8()) text += String.fromCharCode(byte)
  return text
}

function readEntry(reader: FrameReader, end: number, common: CommonEntry): FrameEntry {
  const from = readEncodedPointer(reader, common.pointerEncoding)
  const to = from + readEncodedNumber(reader, common.pointerEncoding)
  if (common.augmented) {
    const size = reader.unsigned()
    reader.at += size
  }
  return { common, from, to, start: reader.at, end }
}
