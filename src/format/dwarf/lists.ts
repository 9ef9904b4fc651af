/**
 * Lists in sections of their own, of ranges and of the locations that hold in ranges: in pairs of addresses (to DWARF 4), or in
 * entries of several kinds. Source: the DWARF 5 standard, sections 2.6.2, 2.17.3, 7.7.3 and 7.25.
 */
import { ByteReader } from '../../base/bytes.ts'
import { FormatError } from '../../base/errors.ts'
import type { ByteSource } from '../elf/byte-source.ts'
import type { Unit } from './debug-info.ts'
import { readUnsigned } from './leb128.ts'
import { addressAt, basesOf } from './unit-tables.ts'

/** From `start` up to, not with, `end`; addresses of the object's own tables. */
export interface AddressRange {
  readonly start: bigint
  readonly end: bigint
}

/** Kinds of entries of .debug_rnglists (`DW_RLE_*`), by number. */
export const RANGE_ENTRIES = [
  'end_of_list',
  'base_addressx',
  'startx_endx',
  'startx_length',
  'offset_pair',
  'base_address',
  'start_end',
  'start_length',
] as const
/** Kinds of entries of .debug_loclists (`DW_LLE_*`), by number. */
export const LOCATION_ENTRIES = [
  'end_of_list',
  'base_addressx',
  'startx_endx',
  'startx_length',
  'offset_pair',
  'default_location',
  'base_address',
  'start_end',
  'start_length',
  'GNU_view_pair',
] as const
type EntryKind = (typeof RANGE_ENTRIES | typeof LOCATION_ENTRIES)[number]

/** The next range of a list that is being read, `default` for what holds everywhere else, undefined at the end. */
export type NextRange = () => AddressRange | 'default' | undefined

/** Lists are read this much at a time. */
const LIST_CHUNK = 1024

/** Where number `index` of a unit's lists is in its section. Throws `FormatError`. */
export function listOffset(unit: Unit, section: 'rnglists' | 'loclists', index: number): number {
  const { offsetSize } = unit.header
  const source = unit.info.need(section)
  const base = basesOf(unit)[section] ?? (offsetSize === 8 ? 20 : 12)
  const reader = new ByteReader(source.read(base + index * offsetSize, offsetSize), source.name)
  return base + (offsetSize === 8 ? reader.size64() : reader.u32())
}

/** Reads a list of unknown length: again, with more bytes, where `read` runs out of them. Throws `FormatError`. */
export function readList<T>(source: ByteSource, offset: number, read: (reader: ByteReader) => T): T {
  if (offset > source.size) throw new FormatError(source.name, `no list at offset ${offset}`)
  for (let length = LIST_CHUNK; ; length *= 8) {
    try {
      return read(new ByteReader(source.read(offset, Math.min(length, source.size - offset)), source.name))
    } catch (error) {
      if (!(error instanceof FormatError) || offset + length >= source.size) throw error
    }
  }
}

/** Ranges of a list to DWARF 4. */
export function pairedRanges(reader: ByteReader, unit: Unit): NextRange {
  const { addressSize } = unit.header
  const selectsBase = addressSize === 8 ? 0xffff_ffff_ffff_ffffn : 0xffff_ffffn
  let base = basesOf(unit).address
  return () => {
    for (;;) {
      const start = readTarget(reader, addressSize)
      const end = readTarget(reader, addressSize)
      if (start === 0n && end === 0n) return undefined
      if (start !== selectsBase) return { start: base + start, end: base + end }
      base = end
    }
  }
}

/** Ranges of a list of DWARF 5. */
export function enteredRanges(reader: ByteReader, unit: Unit, kinds: readonly EntryKind[]): NextRange {
  let base = basesOf(unit).address
  const indexed = () => addressAt(unit, reader.uleb128())
  const plain = () => readTarget(reader, unit.header.addressSize)
  const length = () => readUnsigned(reader)
  return () => {
    for (;;) {
      const number = reader.u8()
      const kind = kinds[number]
      switch (kind) {
        case 'end_of_list':
          return undefined
        case 'default_location':
          return 'default'
        case 'GNU_view_pair':
          reader.uleb128()
          reader.uleb128()
          break
        case 'base_addressx':
          base = indexed()
          break
        case 'base_address':
          base = plain()
          break
        case 'offset_pair':
          // Go's linker puts parts of a package before its base: such pairs wrap around.
          return { start: BigInt.asUintN(64, base + length()), end: BigInt.asUintN(64, base + length()) }
        case 'startx_endx':
          return { start: indexed(), end: indexed() }
        case 'start_end':
          return { start: plain(), end: plain() }
        case 'startx_length':
        case 'start_length': {
          const start = kind === 'start_length' ? plain() : indexed()
          return { start, end: start + length() }
        }
        case undefined:
          throw new FormatError(reader.subject, `unknown kind ${number} of an entry in a list`)
      }
    }
  }
}

/** An address of the traced program's size. */
export function readTarget(reader: ByteReader, addressSize: number): bigint {
  return addressSize === 8 ? reader.u64() : BigInt(reader.u32())
}
