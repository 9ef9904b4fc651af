/**
 * What an address of a file is: the function of its symbol tables, its line, and the calls that were inlined there. Go's own
 * table comes before debug information: it is always there, and exact. Each part is read when it is first asked for.
 */
import { fileOffset, type VirtualOffset } from '../../base/address.ts'
import { FormatError, PermissionError, UsageError } from '../../base/errors.ts'
import { findSourceFrames } from '../../format/dwarf/functions/source-frames.ts'
import { toVirtualOffset } from '../../format/elf/segments.ts'
import type { Executable } from '../executable.ts'
import { type FoundSymbol, SymbolIndex } from './symbol-index.ts'

/** A function around an address, by its linker's name where it has one. */
export interface PlacedFunction {
  readonly name: string
  readonly file: string | undefined
  readonly line: number | undefined
}

/** Symbols of one file, which the caller keeps open. */
export class ExecutableSymbols {
  readonly #executable: Executable
  #index: SymbolIndex | undefined
  #separate: SymbolIndex | undefined

  constructor(executable: Executable) {
    this.#executable = executable
  }

  /** In hexadecimal; undefined when the file has none. */
  get buildId(): string | undefined {
    return orElse(undefined, () => this.#executable.buildId)
  }

  /** Where the byte at an offset of the file is loaded; undefined when it is not. */
  toVirtualOffset(offset: number): VirtualOffset | undefined {
    return toVirtualOffset(this.#executable.elf.segments, fileOffset(offset))
  }

  /** Why the file has no names at all; undefined when it has some. */
  whyNothing(): string | undefined {
    if (orElse([], () => this.#executable.functions.all).length > 0) return undefined
    return `${this.#executable.path} has no symbols of functions (it is stripped)`
  }

  /** The symbol around an address: of the file itself, else of its separate debug file. */
  find(address: VirtualOffset): FoundSymbol | undefined {
    this.#index ??= new SymbolIndex(orElse([], () => this.#executable.functions.all))
    const found = this.#index.find(address)
    if (found !== undefined) return found
    this.#separate ??= new SymbolIndex(orElse([], () => this.#executable.separateFunctions.all))
    return this.#separate.find(address)
  }

  /** The functions around an address, innermost first; the last is the one that has the symbol. None when nothing is known. */
  place(address: VirtualOffset): readonly PlacedFunction[] {
    const go = orElse([], () => this.#executable.goFrames?.find(Number(address)) ?? [])
    if (go.length > 0) return go
    return orElse([], () => {
      const info = this.#executable.debugInfo
      if (typeof info === 'string') return []
      return findSourceFrames(info, address).map(({ name, linkageName, file, line }) => ({ name: linkageName ?? name, file, line }))
    })
  }
}

/** Damaged tables, and files that may not be read or have gone, say nothing: the address is all there is to show. */
function orElse<T>(otherwise: T, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof FormatError || error instanceof PermissionError || error instanceof UsageError) return otherwise
    throw error
  }
}
