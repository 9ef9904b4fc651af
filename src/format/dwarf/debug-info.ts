/**
 * The debug information of one file: its units, found by place or by signature, and its strings. Opening it costs nothing;
 * the bytes of a unit are read when an entry of it is asked for, and those of the units used last are kept.
 */
import { decodeText } from '../../base/bytes.ts'
import { FormatError } from '../../base/errors.ts'
import type { ByteSource } from '../elf/byte-source.ts'
import { AbbreviationTable } from './abbreviations.ts'
import type { DebugSections, SectionName } from './sections.ts'
import { readUnitHeader, type UnitHeader } from './unit.ts'

/** Where the tables of a unit begin that its values are indexes into; in bytes, undefined where its root says nothing. */
export interface UnitBases {
  readonly address: bigint
  readonly strOffsets: number | undefined
  readonly addr: number | undefined
  readonly rnglists: number | undefined
  readonly loclists: number | undefined
}

/** One unit. */
export class Unit {
  readonly info: DebugInfo
  readonly header: UnitHeader
  readonly abbreviations: AbbreviationTable
  /** Filled in by `unit-bases.ts` from the root. */
  bases: UnitBases | undefined

  constructor(info: DebugInfo, header: UnitHeader) {
    this.info = info
    this.header = header
    this.abbreviations = new AbbreviationTable(info.need('abbrev'), header.abbreviations, header)
  }

  /** All bytes of the unit. Throws `FormatError`. */
  get bytes(): Uint8Array {
    return this.info.bytesOf(this)
  }
}

/** Bytes of units that are kept, together; the last one whatever its size. */
const KEPT = 16 << 20
const LONGEST_TEXT = 1 << 20

/** The debug information of one file. Throws `FormatError` from all of its methods. */
export class DebugInfo {
  readonly sections: DebugSections
  /** What DWZ moved into a file that others share (`.gnu_debugaltlink`). */
  readonly supplementary: DebugInfo | undefined
  readonly #units = new Map<SectionName, readonly Unit[]>()
  readonly #kept = new Map<Unit, Uint8Array>()
  #keptSize = 0
  #typeUnits: ReadonlyMap<bigint, Unit> | undefined

  constructor(sections: DebugSections, supplementary?: DebugInfo) {
    this.sections = sections
    this.supplementary = supplementary
  }

  /** The units of a section, in order. */
  units(section: 'info' | 'types' = 'info'): readonly Unit[] {
    const known = this.#units.get(section)
    if (known !== undefined) return known
    const source = this.sections.section(section)
    const units: Unit[] = []
    for (let offset = 0; source !== undefined && offset < source.size; ) {
      const header = readUnitHeader(source, section, offset)
      units.push(new Unit(this, header))
      offset += header.size
    }
    this.#units.set(section, units)
    return units
  }

  /** The unit around an offset of .debug_info. */
  unitAround(offset: number): Unit {
    const units = this.units()
    let low = 0
    let high = units.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((units[middle] as Unit).header.offset <= offset) low = middle + 1
      else high = middle
    }
    const unit = units[low - 1]
    if (unit === undefined || offset >= unit.header.offset + unit.header.size)
      throw new FormatError(this.sections.name, `no unit at offset ${offset} of .debug_info`)
    return unit
  }

  /** The type unit of a signature. */
  typeUnit(signature: bigint): Unit | undefined {
    if (this.#typeUnits === undefined) {
      const all = [...this.units('types'), ...this.units()]
      this.#typeUnits = new Map(all.flatMap((unit) => (unit.header.signature === undefined ? [] : [[unit.header.signature, unit]])))
    }
    return this.#typeUnits.get(signature)
  }

  /** A section that what is being read cannot be read without. */
  need(name: SectionName): ByteSource {
    const source = this.sections.section(name)
    if (source === undefined) throw new FormatError(this.sections.name, `has no .debug_${name}, which its debug information points into`)
    return source
  }

  /** The text at an offset of a section of strings. */
  text(section: 'str' | 'line_str', offset: number): string {
    const source = this.need(section)
    for (let length = 128; ; length *= 8) {
      const bytes = source.read(offset, Math.min(length, source.size - offset))
      const end = bytes.indexOf(0)
      if (end !== -1) return decodeText(bytes.subarray(0, end), 'utf-8')
      if (bytes.length < length || length > LONGEST_TEXT) throw new FormatError(source.name, `the string at offset ${offset} has no end`)
    }
  }

  /** See `Unit.bytes`. */
  bytesOf(unit: Unit): Uint8Array {
    const known = this.#kept.get(unit)
    if (known !== undefined) return known
    const { section, offset, size } = unit.header
    const bytes = this.need(section).read(offset, size)
    this.#keptSize += bytes.length
    for (const [other, itsBytes] of this.#kept) {
      if (this.#keptSize <= KEPT) break
      this.#kept.delete(other)
      this.#keptSize -= itsBytes.length
    }
    this.#kept.set(unit, bytes)
    return bytes
  }
}
