/**
 * Ranges of addresses that entries cover: one by DW_AT_low_pc and DW_AT_high_pc, or a list in .debug_ranges (to DWARF 4) or
 * .debug_rnglists. Source: the DWARF 5 standard, section 2.17.
 */
import { ByteReader } from '../../base/bytes.ts'
import { FormatError } from '../../base/errors.ts'
import type { ByteSource } from '../elf/byte-source.ts'
import { AT } from './constants.ts'
import type { Unit } from './debug-info.ts'
import { attributeOf, type Die } from './die.ts'
import { readUnsigned } from './leb128.ts'
import { addressAt, addressOf, basesOf } from './unit-tables.ts'

/** From `start` up to, not with, `end`; addresses of the object's own tables. */
export interface AddressRange {
  readonly start: bigint
  readonly end: bigint
}

/** Lists are read this much at a time. */
const LIST_CHUNK = 1024

/** What an entry covers; nothing for one without code. Throws `FormatError`. */
export function rangesOf(die: Die): readonly AddressRange[] {
  const list = attributeOf(die, AT.ranges)
  if (list !== undefined) {
    const { version } = die.unit.header
    if (list.kind === 'list-index') return readRangeList(die.unit, listOffset(die.unit, 'rnglists', list.value))
    if (list.kind === 'offset' || list.kind === 'constant')
      return version >= 5 ? readRangeList(die.unit, Number(list.value)) : readOldRanges(die.unit, Number(list.value))
  }
  const start = addressOf(die, AT.low_pc)
  const high = start === undefined ? undefined : attributeOf(die, AT.high_pc)
  if (start === undefined || high === undefined) return []
  const end = high.kind === 'constant' ? start + high.value : addressOf(die, AT.high_pc)
  return end === undefined || end <= start ? [] : [{ start, end }]
}

/** True when one of the ranges holds the address. */
export function covers(ranges: readonly AddressRange[], address: bigint): boolean {
  return ranges.some(({ start, end }) => address >= start && address < end)
}

/** Where number `index` of a unit's lists is in its section. Throws `FormatError`. */
export function listOffset(unit: Unit, section: 'rnglists' | 'loclists', index: number): number {
  const { offsetSize } = unit.header
  const source = unit.info.need(section)
  const base = basesOf(unit)[section] ?? (offsetSize === 8 ? 20 : 12)
  const reader = new ByteReader(source.read(base + index * offsetSize, offsetSize), source.name)
  return base + (offsetSize === 8 ? reader.size64() : reader.u32())
}

/** Bytes of a list from `offset` on, as many as there are up to `length`. */
function listReader(source: ByteSource, offset: number, length: number): ByteReader {
  if (offset > source.size) throw new FormatError(source.name, `no list at offset ${offset}`)
  return new ByteReader(source.read(offset, Math.min(length, source.size - offset)), source.name)
}

/** Reads a list of unknown length: again, with more bytes, where `read` runs out of them. Throws `FormatError`. */
export function readList<T>(source: ByteSource, offset: number, read: (reader: ByteReader) => T): T {
  for (let length = LIST_CHUNK; ; length *= 8) {
    const reader = listReader(source, offset, length)
    try {
      return read(reader)
    } catch (error) {
      if (!(error instanceof FormatError) || offset + length >= source.size) throw error
    }
  }
}

function readOldRanges(unit: Unit, offset: number): AddressRange[] {
  return readList(unit.info.need('ranges'), offset, (reader) => {
    const { addressSize } = unit.header
    const selectsBase = addressSize === 8 ? 0xffff_ffff_ffff_ffffn : 0xffff_ffffn
    const ranges: AddressRange[] = []
    let base = basesOf(unit).address
    for (;;) {
      const start = readTarget(reader, addressSize)
      const end = readTarget(reader, addressSize)
      if (start === 0n && end === 0n) return ranges
      if (start === selectsBase) base = end
      else if (end > start) ranges.push({ start: base + start, end: base + end })
    }
  })
}

/** An address of the traced program's size. */
export function readTarget(reader: ByteReader, addressSize: number): bigint {
  return addressSize === 8 ? reader.u64() : BigInt(reader.u32())
}

/** Kinds of entries of .debug_rnglists (`DW_RLE_*`). */
const RLE = {
  end_of_list: 0,
  base_addressx: 1,
  startx_endx: 2,
  startx_length: 3,
  offset_pair: 4,
  base_address: 5,
  start_end: 6,
  start_length: 7,
} as const

function readRangeList(unit: Unit, offset: number): AddressRange[] {
  return readList(unit.info.need('rnglists'), offset, (reader) => {
    const ranges: AddressRange[] = []
    let base = basesOf(unit).address
    for (;;) {
      const entry = readRange(reader, unit, base)
      if (entry === undefined) return ranges
      if (typeof entry === 'bigint') base = entry
      else if (entry.end > entry.start) ranges.push(entry)
    }
  })
}

/** A range, a new base, or undefined at the end of the list. */
function readRange(reader: ByteReader, unit: Unit, base: bigint): AddressRange | bigint | undefined {
  const { addressSize } = unit.header
  const kind = reader.u8()
  const indexed = () => addressAt(unit, reader.uleb128())
  const plain = () => readTarget(reader, addressSize)
  const length = () => readUnsigned(reader)
  switch (kind) {
    case RLE.end_of_list:
      return undefined
    case RLE.base_addressx:
      return indexed()
    case RLE.base_address:
      return plain()
    case RLE.offset_pair:
      // Go's linker puts parts of a package before its base: such pairs wrap around.
      return { start: BigInt.asUintN(64, base + length()), end: BigInt.asUintN(64, base + length()) }
    case RLE.startx_endx:
      return { start: indexed(), end: indexed() }
    case RLE.start_end:
      return { start: plain(), end: plain() }
    case RLE.startx_length:
    case RLE.start_length: {
      const start = kind === RLE.start_length ? plain() : indexed()
      return { start, end: start + length() }
    }
    default:
      throw new FormatError(reader.subject, `unknown kind ${kind} of a range`)
  }
}
