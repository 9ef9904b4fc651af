/**
 * Ranges of addresses that entries cover: one by DW_AT_low_pc and DW_AT_high_pc, or a list in .debug_ranges (to DWARF 4) or
 * .debug_rnglists. Source: the DWARF 5 standard, section 2.17.
 */
import { AT } from './constants.ts'
import type { Unit } from './debug-info.ts'
import { attributeOf, type Die } from './die.ts'
import { type AddressRange, enteredRanges, listOffset, type NextRange, pairedRanges, RANGE_ENTRIES, readList } from './lists.ts'
import { addressOf } from './unit-tables.ts'

/** What an entry covers; nothing for one without code. Throws `FormatError`. */
export function rangesOf(die: Die): readonly AddressRange[] {
  const list = attributeOf(die, AT.ranges)
  if (list !== undefined) {
    const { version } = die.unit.header
    if (list.kind === 'list-index') return readRanges(die.unit, listOffset(die.unit, 'rnglists', list.value))
    if (list.kind === 'offset' || list.kind === 'constant')
      return version >= 5 ? readRanges(die.unit, Number(list.value)) : readOldRanges(die.unit, Number(list.value))
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

function readOldRanges(unit: Unit, offset: number): AddressRange[] {
  return readList(unit.info.need('ranges'), offset, (reader) => allOf(pairedRanges(reader, unit)))
}

function readRanges(unit: Unit, offset: number): AddressRange[] {
  return readList(unit.info.need('rnglists'), offset, (reader) => allOf(enteredRanges(reader, unit, RANGE_ENTRIES)))
}

function allOf(next: NextRange): AddressRange[] {
  const ranges: AddressRange[] = []
  for (let range = next(); range !== undefined; range = next()) if (range !== 'default' && range.end > range.start) ranges.push(range)
  return ranges
}
