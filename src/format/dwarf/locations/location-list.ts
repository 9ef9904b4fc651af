/**
 * The expression that holds at an address, of an attribute that has one for each range of addresses: .debug_loc (to DWARF 4)
 * and .debug_loclists. Source: the DWARF 5 standard, section 2.6.2.
 */
import type { ByteReader } from '../../../base/bytes.ts'
import { FormatError } from '../../../base/errors.ts'
import type { AttributeValue } from '../attribute-value.ts'
import type { Unit } from '../debug-info.ts'
import { readUnsigned } from '../leb128.ts'
import { listOffset, readList, readTarget } from '../ranges.ts'
import { addressAt, basesOf } from '../unit-tables.ts'

/** An expression, and whether it holds throughout or was listed for the address. */
export interface FoundExpression {
  readonly bytes: Uint8Array
  readonly listed: boolean
}

/** The expression that an attribute has at an address; undefined where it has none. Throws `FormatError`. */
export function expressionAt(unit: Unit, value: AttributeValue | undefined, address: bigint): FoundExpression | undefined {
  const { version } = unit.header
  if (value?.kind === 'block') return { bytes: value.bytes, listed: false }
  if (value?.kind === 'list-index') return readLocations(unit, listOffset(unit, 'loclists', value.value), address)
  if (value?.kind !== 'offset' && value?.kind !== 'constant') return undefined
  return version >= 5 ? readLocations(unit, Number(value.value), address) : readOldLocations(unit, Number(value.value), address)
}

function readOldLocations(unit: Unit, offset: number, address: bigint): FoundExpression | undefined {
  return readList(unit.info.need('loc'), offset, (reader) => {
    const { addressSize } = unit.header
    const selectsBase = addressSize === 8 ? 0xffff_ffff_ffff_ffffn : 0xffff_ffffn
    let base = basesOf(unit).address
    for (;;) {
      const start = readTarget(reader, addressSize)
      const end = readTarget(reader, addressSize)
      if (start === 0n && end === 0n) return undefined
      if (start === selectsBase) {
        base = end
        continue
      }
      const bytes = reader.take(reader.u16())
      if (address >= base + start && address < base + end) return { bytes, listed: true }
    }
  })
}

/** Kinds of entries of .debug_loclists (`DW_LLE_*`). */
const LLE = {
  end_of_list: 0,
  base_addressx: 1,
  startx_endx: 2,
  startx_length: 3,
  offset_pair: 4,
  default_location: 5,
  base_address: 6,
  start_end: 7,
  start_length: 8,
  GNU_view_pair: 9,
} as const

function readLocations(unit: Unit, offset: number, address: bigint): FoundExpression | undefined {
  return readList(unit.info.need('loclists'), offset, (reader) => {
    let base = basesOf(unit).address
    let otherwise: FoundExpression | undefined
    for (;;) {
      const entry = readEntry(reader, unit, base)
      if (entry === 'end') return otherwise
      if (entry === 'nothing') continue
      if (typeof entry === 'bigint') {
        base = entry
        continue
      }
      const bytes = reader.take(reader.uleb128())
      if (entry === 'default') otherwise = { bytes, listed: true }
      else if (address >= entry.start && address < entry.end) return { bytes, listed: true }
    }
  })
}

type Entry = 'end' | 'nothing' | 'default' | bigint | { readonly start: bigint; readonly end: bigint }

function readEntry(reader: ByteReader, unit: Unit, base: bigint): Entry {
  const kind = reader.u8()
  const { addressSize } = unit.header
  const indexed = () => addressAt(unit, reader.uleb128())
  const plain = () => readTarget(reader, addressSize)
  const length = () => readUnsigned(reader)
  switch (kind) {
    case LLE.end_of_list:
      return 'end'
    case LLE.default_location:
      return 'default'
    case LLE.GNU_view_pair:
      reader.uleb128()
      reader.uleb128()
      return 'nothing'
    case LLE.base_addressx:
      return indexed()
    case LLE.base_address:
      return plain()
    case LLE.offset_pair:
      // Go's linker puts parts of a package before its base: such pairs wrap around.
      return { start: BigInt.asUintN(64, base + length()), end: BigInt.asUintN(64, base + length()) }
    case LLE.startx_endx:
      return { start: indexed(), end: indexed() }
    case LLE.start_end:
      return { start: plain(), end: plain() }
    case LLE.startx_length:
    case LLE.start_length: {
      const start = kind === LLE.start_length ? plain() : indexed()
      return { start, end: start + length() }
    }
    default:
      throw new FormatError(reader.subject, `unknown kind ${kind} of a location`)
  }
}
