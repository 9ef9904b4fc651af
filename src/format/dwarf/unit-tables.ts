/**
 * The tables that values of a unit are indexes into: strings and addresses. Where they begin is said by the root entry, so
 * the root is read without them.
 */
import { ByteReader } from '../../base/bytes.ts'
import type { AttributeValue } from './attribute-value.ts'
import { AT } from './constants.ts'
import type { Unit, UnitBases } from './debug-info.ts'
import { attributeOf, type Die, numberOf, originsOf, rootOf } from './die.ts'

/** Where the tables of a unit begin. Throws `FormatError`. */
export function basesOf(unit: Unit): UnitBases {
  unit.bases ??= readBases(unit)
  return unit.bases
}

function readBases(unit: Unit): UnitBases {
  const root = rootOf(unit)
  const offset = (attribute: number) => {
    const value = attributeOf(root, attribute)
    return value?.kind === 'offset' ? value.value : numberOf(root, attribute)
  }
  const tables = {
    strOffsets: offset(AT.str_offsets_base),
    addr: offset(AT.addr_base) ?? offset(AT.GNU_addr_base),
    rnglists: offset(AT.rnglists_base),
    loclists: offset(AT.loclists_base),
  }
  const low = attributeOf(root, AT.low_pc)
  if (low?.kind === 'address-index') return { address: readAddress(unit, tables.addr, low.value), ...tables }
  return { address: low?.kind === 'address' ? low.value : 0n, ...tables }
}

/** Number `index` of the unit's addresses. Throws `FormatError`. */
export function addressAt(unit: Unit, index: number): bigint {
  return readAddress(unit, basesOf(unit).addr, index)
}

function readAddress(unit: Unit, base: number | undefined, index: number): bigint {
  const { addressSize } = unit.header
  const source = unit.info.need('addr')
  const reader = new ByteReader(source.read((base ?? 8) + index * addressSize, addressSize), source.name)
  return addressSize === 8 ? reader.u64() : BigInt(reader.u32())
}

/** An attribute that holds an address. Throws `FormatError`. */
export function addressOf(die: Die, attribute: number): bigint | undefined {
  const value = attributeOf(die, attribute)
  if (value?.kind === 'address') return value.value
  return value?.kind === 'address-index' ? addressAt(die.unit, value.value) : undefined
}

/** An attribute that holds text. Throws `FormatError`. */
export function textOf(die: Die, attribute: number): string | undefined {
  const value = attributeOf(die, attribute)
  return value === undefined ? undefined : textOfValue(die.unit, value)
}

/** The text that a value stands for. Throws `FormatError`. */
export function textOfValue(unit: Unit, value: AttributeValue): string | undefined {
  const { info } = unit
  switch (value.kind) {
    case 'text':
      return value.text
    case 'text-at':
      return value.section === 'supplementary' ? info.supplementary?.text('str', value.value) : info.text(value.section, value.value)
    case 'text-index':
      return info.text('str', textOffset(unit, value.value))
    default:
      return undefined
  }
}

/** Where in .debug_str number `index` of the unit's strings is. Throws `FormatError`. */
export function textOffset(unit: Unit, index: number): number {
  const { offsetSize } = unit.header
  const source = unit.info.need('str_offsets')
  const base = basesOf(unit).strOffsets ?? (unit.header.version >= 5 ? (offsetSize === 8 ? 16 : 8) : 0)
  const reader = new ByteReader(source.read(base + index * offsetSize, offsetSize), source.name)
  return offsetSize === 8 ? reader.size64() : reader.u32()
}

/** The name of an entry, its own or its origin's. Throws `FormatError`. */
export function nameOf(die: Die): string | undefined {
  for (const one of originsOf(die)) {
    const name = textOf(one, AT.name)
    if (name !== undefined) return name
  }
  return undefined
}
