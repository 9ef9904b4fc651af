/**
 * Symbol tables (.symtab, .dynsym), by index and without an object per symbol: programs have 100,000 of them and a run
 * looks at a handful. Source of the layout: elf(5), `Elf64_Sym`.
 */
import { type VirtualOffset, virtualOffset } from '../../base/address.ts'
import { FormatError } from '../../base/errors.ts'
import { type ElfFile, readSection } from './elf-file.ts'
import { SECTION_TYPE, type Section } from './sections.ts'
import { StringTable } from './string-table.ts'

/** Values of a symbol's type (`st_info & 0xf`). */
export const SYMBOL_TYPE = {
  none: 0,
  object: 1,
  function: 2,
  section: 3,
  file: 4,
  common: 5,
  threadLocal: 6,
  indirectFunction: 10,
} as const

/** The section index of a symbol that another object defines. */
export const UNDEFINED_SECTION = 0

const ENTRY_SIZE = 24

/** The symbols of one table. Reading a name or value outside of the file throws `FormatError`. */
export class SymbolTable {
  readonly length: number
  readonly #view: DataView
  readonly #strings: StringTable

  constructor(entries: Uint8Array, strings: StringTable) {
    this.length = Math.floor(entries.length / ENTRY_SIZE)
    this.#view = new DataView(entries.buffer, entries.byteOffset, entries.byteLength)
    this.#strings = strings
  }

  nameAt(index: number): string {
    return this.#strings.textAt(this.#view.getUint32(index * ENTRY_SIZE, true))
  }
  /** One of `SYMBOL_TYPE`. */
  typeAt(index: number): number {
    return this.#view.getUint8(index * ENTRY_SIZE + 4) & 0xf
  }
  /** `UNDEFINED_SECTION`, or the index of the section the symbol lies in. */
  sectionAt(index: number): number {
    return this.#view.getUint16(index * ENTRY_SIZE + 6, true)
  }
  addressAt(index: number): VirtualOffset {
    return virtualOffset(this.#view.getBigUint64(index * ENTRY_SIZE + 8, true))
  }
  /** In bytes; 0 when the table does not say. */
  sizeAt(index: number): number {
    return Number(this.#view.getBigUint64(index * ENTRY_SIZE + 16, true))
  }
}

/** Reads .symtab or .dynsym; undefined when the file has none. Throws `FormatError`. */
export function readSymbolTable(elf: ElfFile, kind: 'symbols' | 'dynamicSymbols'): SymbolTable | undefined {
  const section = elf.sections.find((candidate) => candidate.type === SECTION_TYPE[kind])
  return section && new SymbolTable(readSection(elf, section), linkedStrings(elf, section))
}

/** The string table that a section names in `sh_link`. Throws `FormatError` when it names none. */
export function linkedStrings(elf: ElfFile, section: Section): StringTable {
  const strings = elf.sections[section.link]
  if (strings === undefined) throw new FormatError(elf.source.name, `section ${section.name} has no string table`)
  return new StringTable(readSection(elf, strings), elf.source.name)
}
