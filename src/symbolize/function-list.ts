/**
 * The functions of an executable, from whichever tables it has: ELF symbols, and Go's pclntab when there is no .symtab.
 */
import { type VirtualOffset, virtualOffset } from '../base/address.ts'
import type { ElfFile } from '../format/elf/elf-file.ts'
import { readSymbolTable, SYMBOL_TYPE, type SymbolTable, UNDEFINED_SECTION } from '../format/elf/symbol-table.ts'
import { readGoFunctions } from '../format/gosym/find-pclntab.ts'
import type { GoFunctions } from '../format/gosym/pclntab.ts'

/** One function. */
export interface FunctionSymbol {
  readonly name: string
  readonly address: VirtualOffset
  /** In bytes, padding included for Go's own table; 0 when no table says. */
  readonly size: number
}

/** Functions with an index by name, which is built when first asked for. */
export class FunctionList {
  readonly all: readonly FunctionSymbol[]
  #byName: ReadonlyMap<string, readonly FunctionSymbol[]> | undefined

  constructor(all: readonly FunctionSymbol[]) {
    this.all = all
  }

  /** All functions of exactly this name: several may share one. */
  named(name: string): readonly FunctionSymbol[] {
    this.#byName ??= indexByName(this.all)
    return this.#byName.get(name) ?? []
  }
}

/** Reads the functions of a file. `isGo` allows the search for a pclntab. Throws `FormatError`. */
export function readFunctions(elf: ElfFile, isGo: boolean): FunctionList {
  const full = new FunctionList(elfFunctions(readSymbolTable(elf, 'symbols')))
  const base = full.all.length === 0 && isGo ? new FunctionList(goFunctions(readGoFunctions(elf))) : full
  const exported = elfFunctions(readSymbolTable(elf, 'dynamicSymbols'))
  const added = exported.filter(({ name, address }) => !base.named(name).some((known) => known.address === address))
  return added.length === 0 ? base : new FunctionList([...base.all, ...added])
}

function elfFunctions(table: SymbolTable | undefined): FunctionSymbol[] {
  const functions: FunctionSymbol[] = []
  if (table === undefined) return functions
  for (let index = 0; index < table.length; index++) {
    const type = table.typeAt(index)
    if (type !== SYMBOL_TYPE.function && type !== SYMBOL_TYPE.indirectFunction) continue
    if (table.sectionAt(index) === UNDEFINED_SECTION) continue
    functions.push({ name: table.nameAt(index), address: table.addressAt(index), size: table.sizeAt(index) })
  }
  return functions
}

function goFunctions(table: GoFunctions | undefined): FunctionSymbol[] {
  return Array.from({ length: table?.length ?? 0 }, (_, index) => goFunction(table as GoFunctions, index))
}

function goFunction(table: GoFunctions, index: number): FunctionSymbol {
  const entry = table.entryAt(index)
  return { name: table.nameAt(index), address: virtualOffset(BigInt(entry)), size: table.endAt(index) - entry }
}

function indexByName(functions: readonly FunctionSymbol[]): ReadonlyMap<string, readonly FunctionSymbol[]> {
  const index = new Map<string, FunctionSymbol[]>()
  for (const symbol of functions) {
    const same = index.get(symbol.name)
    if (same === undefined) index.set(symbol.name, [symbol])
    else same.push(symbol)
  }
  return index
}
