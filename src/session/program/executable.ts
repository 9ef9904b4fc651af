/**
 * Executables and shared objects by path, and the variables in them.
 */
import { UsageError } from '../../base/errors.ts'
import type { TypeSource } from '../../spec/type-source.ts'
import { createTypeSource } from '../../symbolize/type-source.ts'
import { BRAND, type Brand } from './brand.ts'

/** The address of a variable, relative to its object: in a probe it is where the probed process has it. */
export interface SymbolAddress {
  readonly [BRAND]: Brand & { readonly kind: 'address' }
  readonly name: string
}

/** A file with symbols. Holds nothing open. */
export class Executable {
  readonly path: string
  readonly #types: TypeSource

  private constructor(path: string, types: TypeSource) {
    this.path = path
    this.#types = types
  }

  /** Names a file (a path, or a name to be found in `$PATH`). It is read when a symbol is asked for. */
  static open(path: string, types: TypeSource = createTypeSource()): Executable {
    return new Executable(path, types)
  }

  /** The address of a global variable. Throws `UsageError` when there is no such file or symbol. */
  symbol(name: string): SymbolAddress {
    const found = this.#types.findDataSymbol(this.path, name)
    if ('kind' in found) throw new UsageError(found.reason, nearestRemedy(found.nearest))
    const target = this.#types.findUprobeTarget({ target: this.path, address: 0n, return: false })
    const path = 'kind' in target ? this.path : target.path
    const brand = { kind: 'address', path, symbol: name, address: found.address, positionIndependent: found.positionIndependent } as const
    return Object.freeze({ [BRAND]: Object.freeze(brand), name })
  }
}

/** `did you mean ...?` as a remedy. */
export function nearestRemedy(nearest: readonly string[]): { readonly remedy?: string } {
  return nearest.length === 0 ? {} : { remedy: `did you mean ${nearest.join(', ')}?` }
}
