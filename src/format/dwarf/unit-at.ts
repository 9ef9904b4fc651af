/**
 * The unit whose code an address is in: by .debug_aranges where the compiler wrote it (gcc does), else by the ranges of the
 * units' roots. Each is read once.
 */
import { ByteReader } from '../../base/bytes.ts'
import { FormatError } from '../../base/errors.ts'
import type { ByteSource } from '../elf/byte-source.ts'
import { TAG } from './constants.ts'
import type { DebugInfo, Unit } from './debug-info.ts'
import { rootOf } from './die.ts'
import { readTarget } from './lists.ts'
import { type RangeEntry, RangeIndex } from './range-index.ts'
import { rangesOf } from './ranges.ts'
import { readLength } from './unit.ts'

/** The unit that has code at an address. Throws `FormatError`. */
export function findUnit(info: DebugInfo, address: bigint): Unit | undefined {
  const offset = indexOf(info, byAranges, readAranges).find(address)
  return offset === undefined ? indexOf(info, byRoots, readRoots).find(address) : info.unitAround(offset)
}

/** Offsets of units in .debug_info, and the units. */
const byAranges = new WeakMap<DebugInfo, RangeIndex<number>>()
const byRoots = new WeakMap<DebugInfo, RangeIndex<Unit>>()

function indexOf<T>(info: DebugInfo, known: WeakMap<DebugInfo, RangeIndex<T>>, read: (info: DebugInfo) => RangeEntry<T>[]): RangeIndex<T> {
  const index = known.get(info) ?? new RangeIndex(read(info))
  known.set(info, index)
  return index
}

function readRoots(info: DebugInfo): RangeEntry<Unit>[] {
  return info.units().flatMap((unit) => {
    const root = rootOf(unit)
    return root.abbreviation.tag === TAG.partial_unit ? [] : rangesOf(root).map((range) => ({ ...range, value: unit }))
  })
}

/** What of the table can be read: damage ends it. */
function readAranges(info: DebugInfo): RangeEntry<number>[] {
  const source = info.sections.section('aranges')
  const entries: RangeEntry<number>[] = []
  try {
    for (let offset = 0; source !== undefined && offset < source.size; ) offset += readSet(source, offset, entries)
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
  }
  return entries
}

/** A set holds the ranges of one unit. Answers its size. */
function readSet(source: ByteSource, offset: number, entries: RangeEntry<number>[]): number {
  const rest = source.size - offset
  const { size, offsetSize } = readLength(new ByteReader(source.read(offset, Math.min(12, rest)), source.name), rest)
  const reader = new ByteReader(source.read(offset, size), source.name)
  // Behind the length and a version.
  reader.skip(offsetSize === 8 ? 14 : 6)
  const value = offsetSize === 8 ? reader.size64() : reader.u32()
  const addressSize = reader.u8()
  reader.skip(1)
  if (addressSize !== 8 && addressSize !== 4) return size
  // Pairs are aligned to their own size, counted from the start of the set.
  reader.offset = Math.ceil(reader.offset / (2 * addressSize)) * 2 * addressSize
  while (reader.remaining >= 2 * addressSize) {
    const start = readTarget(reader, addressSize)
    const length = readTarget(reader, addressSize)
    if (start === 0n && length === 0n) break
    if (length > 0n) entries.push({ start, end: BigInt.asUintN(64, start + length), value })
  }
  return size
}
