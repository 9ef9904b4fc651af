/**
 * Section headers: names for the parts of a file. They are optional: a file whose section table is absent, or does not lie
 * in the file, has no sections and can still be run and probed. Source: elf(5), `Elf64_Shdr`.
 */
import { type VirtualOffset, virtualOffset } from '../../base/address.ts'
import { ByteReader } from '../../base/bytes.ts'
import type { ByteSource } from './byte-source.ts'
import type { ElfHeader } from './elf-header.ts'
import { StringTable } from './string-table.ts'

/** One section header. */
export interface Section {
  readonly name: string
  /** `sh_type`, one of `SECTION_TYPE` for those that matter. */
  readonly type: number
  /** `sh_flags`, the lower 32 bits; `SECTION_FLAG` names those that matter. */
  readonly flags: number
  readonly address: VirtualOffset
  readonly offset: number
  readonly size: number
  /** Index of a related section: for a symbol table its strings. */
  readonly link: number
  readonly info: number
}

/** Values of `sh_type`. */
export const SECTION_TYPE = {
  symbols: 2,
  strings: 3,
  noBits: 8,
  dynamicSymbols: 11,
  versionNeeds: 0x6ffffffe,
  versions: 0x6fffffff,
} as const

/** Bits of `sh_flags`. */
export const SECTION_FLAG = { compressed: 0x800 } as const

const ENTRY_SIZE = 64
const EXTENDED_INDEX = 0xffff

/** Reads all section headers and their names; none when the table is absent or outside of the file. Throws `FormatError`. */
export function readSections(source: ByteSource, header: ElfHeader): readonly Section[] {
  const { offset, entrySize } = header.sectionHeaders
  if (offset === 0 || entrySize !== ENTRY_SIZE || offset + ENTRY_SIZE > source.size) return []
  const first = readRaw(new ByteReader(source.read(offset, ENTRY_SIZE), source.name))
  // More than 65279 sections: the true numbers are in the first header.
  const count = header.sectionHeaders.count || first.size
  if (offset + count * ENTRY_SIZE > source.size) return []
  const reader = new ByteReader(source.read(offset, count * ENTRY_SIZE), source.name)
  const raw = Array.from({ length: count }, () => readRaw(reader))
  const namesIndex = header.sectionNamesIndex === EXTENDED_INDEX ? first.link : header.sectionNamesIndex
  const names = sectionNames(source, raw[namesIndex])
  return raw.map(({ nameOffset, ...section }) => ({ name: names?.textAt(nameOffset) ?? '', ...section }))
}

function sectionNames(source: ByteSource, section: RawSection | undefined): StringTable | undefined {
  if (section === undefined || section.type !== SECTION_TYPE.strings) return undefined
  return new StringTable(source.read(section.offset, section.size), source.name)
}

type RawSection = ReturnType<typeof readRaw>

function readRaw(reader: ByteReader) {
  const nameOffset = reader.u32()
  const type = reader.u32()
  const flags = reader.u32()
  reader.skip(4)
  const address = virtualOffset(reader.u64())
  const offset = reader.size64()
  const size = reader.size64()
  const link = reader.u32()
  const info = reader.u32()
  reader.skip(16)
  return { nameOffset, type, flags, address, offset, size, link, info }
}
