/**
 * Headers of units: the parts that debug information consists of, one for each source file (Go: package) or for each type
 * that files share. Versions 2 to 5, 32- and 64-bit DWARF. Source: the DWARF 5 standard, section 7.5.1.
 */
import { ByteReader } from '../../base/bytes.ts'
import { FormatError } from '../../base/errors.ts'
import type { ByteSource } from '../elf/byte-source.ts'
import { UNIT_TYPE } from './constants.ts'
import type { Encoding } from './form-sizes.ts'

/** What the header of a unit says. */
export interface UnitHeader extends Encoding {
  /** `types` in DWARF 4 alone. */
  readonly section: 'info' | 'types'
  /** Where the unit begins in its section. */
  readonly offset: number
  /** Bytes of the whole unit, with its header. */
  readonly size: number
  /** Bytes of the header: where the root entry is. */
  readonly headerSize: number
  readonly abbreviations: number
  /** One of `UNIT_TYPE`; `compile` before DWARF 5. */
  readonly type: number
  /** Of a type unit: what refers to it, and where in it the type is. */
  readonly signature: bigint | undefined
  readonly typeOffset: number | undefined
}

/** The longest header: 64-bit DWARF 5, a type unit. */
const LONGEST_HEADER = 40
const ESCAPE_64 = 0xffffffff

/** Reads the header of the unit at `offset`. Throws `FormatError`. */
export function readUnitHeader(source: ByteSource, section: 'info' | 'types', offset: number): UnitHeader {
  const reader = new ByteReader(source.read(offset, Math.min(LONGEST_HEADER, source.size - offset)), source.name)
  const { offsetSize, size } = readLength(reader, source.size - offset)
  const readOffset = () => (offsetSize === 8 ? reader.size64() : reader.u32())
  const version = reader.u16()
  if (version < 2 || version > 5) throw new FormatError(source.name, `DWARF version ${version} at offset ${offset}; borescope reads 2 to 5`)
  const type = version >= 5 ? reader.u8() : section === 'types' ? UNIT_TYPE.type : UNIT_TYPE.compile
  const early = version >= 5 ? reader.u8() : 0
  const abbreviations = readOffset()
  const addressSize = version >= 5 ? early : reader.u8()
  if (addressSize !== 4 && addressSize !== 8) throw new FormatError(source.name, `addresses of ${addressSize} bytes`)
  const isType = type === UNIT_TYPE.type || type === UNIT_TYPE.split_type
  if (type === UNIT_TYPE.skeleton || type === UNIT_TYPE.split_compile) reader.skip(8)
  const signature = isType ? reader.u64() : undefined
  const typeOffset = isType ? readOffset() : undefined
  const headerSize = reader.offset
  return { section, offset, size, headerSize, version, offsetSize, addressSize, abbreviations, type, signature, typeOffset }
}

/** The length that begins units, line tables and lists; `size` counts itself in. Throws `FormatError` when it exceeds `available`. */
export function readLength(reader: ByteReader, available: number): { readonly offsetSize: 4 | 8; readonly size: number } {
  const first = reader.u32()
  const long = first === ESCAPE_64
  const size = long ? reader.size64() + 12 : first + 4
  if (size > available) throw new FormatError(reader.subject, `a part of ${size} bytes, where ${available} are left`)
  return { offsetSize: long ? 8 : 4, size }
}
