/**
 * From which library an imported symbol comes, as far as symbol versions tell (glibc and most large libraries have them).
 * Source of the layout: LSB core specification, symbol versioning (`.gnu.version`, `.gnu.version_r`).
 */
import { ByteReader } from '../../base/bytes.ts'
import { type ElfFile, readSection } from './elf-file.ts'
import { SECTION_TYPE } from './sections.ts'
import { linkedStrings } from './symbol-table.ts'

const HIDDEN = 0x8000

/** Answers the library (such as `libc.so.6`) of a symbol of .dynsym, by index. Throws `FormatError`. */
export function readImportedFrom(elf: ElfFile): (dynamicSymbolIndex: number) => string | undefined {
  const versions = elf.sections.find((section) => section.type === SECTION_TYPE.versions)
  if (versions === undefined) return () => undefined
  const indexes = readSection(elf, versions)
  const view = new DataView(indexes.buffer, indexes.byteOffset, indexes.byteLength)
  const libraries = librariesByVersion(elf)
  return (index) => (index * 2 + 2 > indexes.length ? undefined : libraries.get(view.getUint16(index * 2, true) & ~HIDDEN))
}

function librariesByVersion(elf: ElfFile): ReadonlyMap<number, string> {
  const libraries = new Map<number, string>()
  const needs = elf.sections.find((section) => section.type === SECTION_TYPE.versionNeeds)
  if (needs === undefined) return libraries
  const strings = linkedStrings(elf, needs)
  const bytes = readSection(elf, needs)
  let at = 0
  for (let left = needs.info; left > 0; left--) {
    const need = new ByteReader(bytes, elf.source.name, at).skip(2)
    const count = need.u16()
    const library = strings.textAt(need.u32())
    const first = at + need.u32()
    const next = need.u32()
    readVersions(new ByteReader(bytes, elf.source.name, first), count, (version) => libraries.set(version, library))
    if (next === 0) break
    at += next
  }
  return libraries
}

function readVersions(reader: ByteReader, count: number, each: (version: number) => void): void {
  for (let left = count; left > 0; left--) {
    const start = reader.offset
    reader.skip(6)
    each(reader.u16() & ~HIDDEN)
    reader.skip(4)
    const next = reader.u32()
    if (next === 0) return
    reader.offset = start + next
  }
}
