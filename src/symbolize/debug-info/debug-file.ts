/**
 * The debug information of an executable, wherever it is: in the file, or in one of its own that belongs to it.
 */
import { DebugInfo } from '../../format/dwarf/debug-info.ts'
import { debugSections, hasDebugInfo } from '../../format/dwarf/sections.ts'
import type { ElfFile } from '../../format/elf/elf-file.ts'
import { inflate } from './inflate.ts'
import { type OpenElf, openSeparateFile, openSupplementaryFile } from './separate-file.ts'

/** Open debug information. Whoever opened it closes it, and the executable itself. */
export interface DebugFile {
  readonly info: DebugInfo
  /** The file that it is in, which has symbols too that the executable may lack. */
  readonly elf: ElfFile
  /** Twice is fine. */
  close(): void
}

/** Opens the debug information of `elf`; a sentence when there is none. Throws `FormatError`, `PermissionError`. */
export function openDebugFile(elf: ElfFile): DebugFile | string {
  const opened: OpenElf[] = []
  const keep = (file: OpenElf | undefined) => {
    if (file !== undefined) opened.push(file)
    return file?.elf
  }
  const main = hasDebugInfo(elf) ? elf : keep(openSeparateFile(elf))
  if (main === undefined || !hasDebugInfo(main)) return `${elf.source.name} has no debug information, and no separate file for it was found`
  const supplementary = keep(openSupplementaryFile(main))
  const shared = supplementary === undefined ? undefined : new DebugInfo(debugSections(supplementary, inflate))
  const info = new DebugInfo(debugSections(main, inflate), shared)
  return {
    info,
    elf: main,
    close: () => {
      for (const { source } of opened) source.close()
    },
  }
}
