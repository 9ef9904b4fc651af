/**
 * The expression that holds at an address, of an attribute that has one for each range of addresses: .debug_loc (to DWARF 4)
 * and .debug_loclists. Source: the DWARF 5 standard, section 2.6.2.
 */
import type { AttributeValue } from '../attribute-value.ts'
import type { Unit } from '../debug-info.ts'
import { enteredRanges, LOCATION_ENTRIES, listOffset, type NextRange, pairedRanges, readList } from '../lists.ts'

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
  return readList(unit.info.need('loc'), offset, (reader) => findAt(address, pairedRanges(reader, unit), () => reader.take(reader.u16())))
}

function readLocations(unit: Unit, offset: number, address: bigint): FoundExpression | undefined {
  return readList(unit.info.need('loclists'), offset, (reader) =>
    findAt(address, enteredRanges(reader, unit, LOCATION_ENTRIES), () => reader.take(reader.uleb128())),
  )
}

/** Each range is followed by its expression. */
function findAt(address: bigint, next: NextRange, readExpression: () => Uint8Array): FoundExpression | undefined {
  let otherwise: FoundExpression | undefined
  for (let range = next(); range !== undefined; range = next()) {
    const found = { bytes: readExpression(), listed: true }
    if (range === 'default') otherwise = found
    else if (address >= range.start && address < range.end) return found
  }
  return otherwise
}
