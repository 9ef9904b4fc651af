/**
 * The relocations of one section of a relocatable file, as compilers write them for BPF: SHT_REL entries, whose addend is
 * in the place itself. Source of the layout: elf(5), `Elf64_Rel`.
 */
import { ByteReader } from '../../base/bytes.ts'
import { type ElfFile, readSection } from './elf-file.ts'

/** One place that is to be filled in. */
export interface SectionRelocation {
  /** In bytes, from the start of the section that is relocated. */
  readonly offset: number
  /** Meaning depends on the machine. */
  readonly type: number
  /** Index into the symbol table. */
  readonly symbol: number
}

/** `sh_type` of a table of relocations without addends. */
const RELOCATIONS = 9
const ENTRY_SIZE = 16

/** The relocations of the section of this index, in file order; none when it has none. Throws `FormatError`. */
export function readSectionRelocations(elf: ElfFile, sectionIndex: number): SectionRelocation[] {
  return elf.sections
    .filter((section) => section.type === RELOCATIONS && section.info === sectionIndex)
    .flatMap((section) => {
      const reader = new ByteReader(readSection(elf, section), elf.source.name)
      return Array.from({ length: Math.floor(section.size / ENTRY_SIZE) }, () => {
        const offset = reader.size64()
        const info = reader.u64()
        return { offset, type: Number(info & 0xffff_ffffn), symbol: Number(info >> 32n) }
      })
    })
}
