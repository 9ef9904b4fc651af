/**
 * Symbols of a file that are not functions of its own: data, thread-locals, and what it imports from other objects.
 */
import type { VirtualOffset } from '../base/address.ts'
import type { ElfFile } from '../format/elf/elf-file.ts'
import { readSymbolTable, SYMBOL_TYPE, type SymbolTable, UNDEFINED_SECTION } from '../format/elf/symbol-table.ts'
import { readImportedFrom } from '../format/elf/symbol-versions.ts'

/** A symbol with an address in the file's own counting. */
export interface AddressSymbol {
  readonly name: string
  readonly address: VirtualOffset
  /** 0 when the table does not say. */
  readonly size: number
}

/** A symbol that another object defines. */
export interface ImportedSymbol {
  /** File name of the library, such as `libc.so.6`, where the file tells. */
  readonly library: string | undefined
}

const ABSOLUTE_SECTION = 0xfff1
/** Data first: `uaddr("x")` means the variable when a label has the same name. */
const PREFERENCE: readonly number[] = [SYMBOL_TYPE.object, SYMBOL_TYPE.none, SYMBOL_TYPE.function, SYMBOL_TYPE.indirectFunction]

/** The symbol of this name that has an address, data first; undefined when there is none. Throws `FormatError`. */
export function findAddressSymbol(elf: ElfFile, name: string): AddressSymbol | undefined {
  for (const table of tables(elf)) {
    const defined = namedIn(table, name).filter((index) => hasAddress(table, index))
    const rank = (index: number) => PREFERENCE.indexOf(table.typeAt(index))
    const best = defined.filter((index) => rank(index) !== -1).sort((a, b) => rank(a) - rank(b))[0]
    if (best !== undefined) return { name, address: table.addressAt(best), size: table.sizeAt(best) }
  }
  return undefined
}

/** True when the name is a thread-local variable, which has no one address. */
export function isThreadLocal(elf: ElfFile, name: string): boolean {
  return tables(elf).some((table) => namedIn(table, name).some((index) => table.typeAt(index) === SYMBOL_TYPE.threadLocal))
}

/** What is known of an imported symbol; undefined when the file does not import one of this name. Throws `FormatError`. */
export function findImport(elf: ElfFile, name: string): ImportedSymbol | undefined {
  const table = readSymbolTable(elf, 'dynamicSymbols')
  if (table === undefined) return undefined
  const index = namedIn(table, name).find((candidate) => table.sectionAt(candidate) === UNDEFINED_SECTION)
  return index === undefined ? undefined : { library: readImportedFrom(elf)(index) }
}

/** Names of all variables, for suggestions. Throws `FormatError`. */
export function dataNames(elf: ElfFile): readonly string[] {
  return tables(elf).flatMap((table) => {
    const indexes = Array.from({ length: table.length }, (_, index) => index)
    return indexes
      .filter((index) => table.typeAt(index) === SYMBOL_TYPE.object && hasAddress(table, index))
      .map((index) => table.nameAt(index))
  })
}

function tables(elf: ElfFile): readonly SymbolTable[] {
  return [readSymbolTable(elf, 'symbols'), readSymbolTable(elf, 'dynamicSymbols')].filter((table) => table !== undefined)
}

function namedIn(table: SymbolTable, name: string): readonly number[] {
  const found: number[] = []
  for (let index = 0; index < table.length; index++) if (table.nameAt(index) === name) found.push(index)
  return found
}

function hasAddress(table: SymbolTable, index: number): boolean {
  const section = table.sectionAt(index)
  return section !== UNDEFINED_SECTION && section !== ABSOLUTE_SECTION
}
