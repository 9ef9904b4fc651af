/**
 * An ELF file as its headers describe it, read lazily: opening costs four small reads whatever the size of the file. What
 * lies behind the headers is read by the other files of this folder, and by `gosym` and `dwarf`.
 */
import type { VirtualOffset } from '../../base/address.ts'
import type { ByteSource } from './byte-source.ts'
import { checkRange } from './byte-source.ts'
import { type ElfHeader, readElfHeader } from './elf-header.ts'
import { readSections, SECTION_TYPE, type Section } from './sections.ts'
import { findSegment, readSegments, type Segment } from './segments.ts'

/** The headers of an ELF file, and the source of the rest. Whoever opened `source` closes it. */
export interface ElfFile {
  readonly source: ByteSource
  readonly header: ElfHeader
  readonly segments: readonly Segment[]
  /** Empty when the file has no section table. */
  readonly sections: readonly Section[]
}

/** Reads the headers. Throws `FormatError` for what is not a 64-bit little-endian ELF file. */
export function readElf(source: ByteSource): ElfFile {
  const header = readElfHeader(source)
  return { source, header, segments: readSegments(source, header.programHeaders), sections: readSections(source, header) }
}

/** The first section of this name. */
export function findSection(elf: ElfFile, name: string): Section | undefined {
  return elf.sections.find((section) => section.name === name)
}

/** The bytes of a section (none for .bss and its like). Throws `FormatError` when they are not in the file. */
export function readSection(elf: ElfFile, section: Section): Uint8Array {
  if (section.type === SECTION_TYPE.noBits) return new Uint8Array(0)
  return elf.source.read(section.offset, section.size)
}

/**
 * Up to `length` bytes from `address` on, as a segment loads them: fewer at the end of its file bytes, undefined when there
 * are none. Throws `FormatError` when the segment lies outside of the file.
 */
export function readVirtual(elf: ElfFile, address: VirtualOffset, length: number): Uint8Array | undefined {
  const segment = findSegment(elf.segments, address)
  if (segment === undefined) return undefined
  const into = Number(address - segment.address)
  const wanted = Math.min(length, segment.fileSize - into)
  checkRange(elf.source, segment.offset + into, wanted)
  return elf.source.read(segment.offset + into, wanted)
}
