/**
 * The unit whose code an address is in: by .debug_aranges where the compiler wrote it (gcc does), else by the ranges of the
 * units' roots, which are read once.
 */
import { ByteReader } from '../../base/bytes.ts'
import { FormatError } from '../../base/errors.ts'
import type { ByteSource } from '../elf/byte-source.ts'
import { TAG } from './constants.ts'
import type { DebugInfo, Unit } from './debug-info.ts'
import { rootOf } from './die.ts'
import { readTarget } from './lists.ts'
import { covers, rangesOf } from './ranges.ts'
import { readLength } from './unit.ts'

/** The unit that has code at an address. Throws `FormatError`. */
export function findUnit(info: DebugInfo, address: bigint): Unit | undefined {
  const offset = findInAranges(info.sections.section('aranges'), address)
  if (offset !== undefined) return info.unitAround(offset)
  return unitRanges(info).find(({ unit, ranges }) => covers(ranges, address) && unit !== undefined)?.unit
}

interface UnitRanges {
  readonly unit: Unit
  readonly ranges: ReturnType<typeof rangesOf>
}

const known = new WeakMap<DebugInfo, readonly UnitRanges[]>()

/** The units that have code, with their ranges. Throws `FormatError`. */
function unitRanges(info: DebugInfo): readonly UnitRanges[] {
  let all = known.get(info)
  if (all === undefined) {
    all = info.units().flatMap((unit) => {
      const root = rootOf(unit)
      const ranges = root.abbreviation.tag === TAG.partial_unit ? [] : rangesOf(root)
      return ranges.length === 0 ? [] : [{ unit, ranges }]
    })
    known.set(info, all)
  }
  return all
}

/** The offset in .debug_info of the unit that the table has at the address. A damaged table has nothing. */
function findInAranges(source: ByteSource | undefined, address: bigint): number | undefined {
  if (source === undefined) return undefined
  try {
    for (let offset = 0; offset < source.size; ) {
      const head = new ByteReader(source.read(offset, Math.min(12, source.size - offset)), source.name)
      const { size } = readLength(head, source.size - offset)
      const found = findInSet(new ByteReader(source.read(offset, size), source.name), address)
      if (found !== undefined) return found
      offset += size
    }
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
  }
  return undefined
}

/** A set holds the ranges of one unit. */
function findInSet(reader: ByteReader, address: bigint): number | undefined {
  const { offsetSize } = readLength(reader, reader.bytes.length)
  reader.skip(2)
  const unit = offsetSize === 8 ? reader.size64() : reader.u32()
  const addressSize = reader.u8()
  reader.skip(1)
  if (addressSize !== 8 && addressSize !== 4) return undefined
  // Pairs are aligned to their own size, counted from the start of the set.
  reader.offset = Math.ceil(reader.offset / (2 * addressSize)) * 2 * addressSize
  while (reader.remaining >= 2 * addressSize) {
    const start = readTarget(reader, addressSize)
    const length = readTarget(reader, addressSize)
    if (address >= start && address - start < length) return unit
    if (start === 0n && length === 0n) return undefined
  }
  return undefined
}
