/**
 * MiniDebugInfo: the symbols that Fedora and others leave in stripped programs, as an ELF file in the section `.gnu_debugdata`, packed by xz.
 */
import { memorySource } from '../../format/elf/byte-source.ts'
import { type ElfFile, findSection, readElf, readSection } from '../../format/elf/elf-file.ts'
import { decompressXz } from '../../format/xz/xz.ts'

/** The largest that is unpacked: a hundred times what distributions have. */
const MOST_BYTES = 1 << 26

/** The file in the section; undefined when there is none. Throws `FormatError`. */
export function readMiniDebugInfo(elf: ElfFile): ElfFile | undefined {
  const section = findSection(elf, '.gnu_debugdata')
  if (section === undefined) return undefined
  return readElf(memorySource(`${elf.source.name} (.gnu_debugdata)`, decompressXz(readSection(elf, section), MOST_BYTES)))
}
