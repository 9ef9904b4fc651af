/**
 * Executables and shared objects by path, and the variables in them.
 */
import { UsageError } from '../../base/errors.ts'
import { createTypeSource } from '../../symbolize/type-source.ts'
import { BRAND, type Brand } from './brand.ts'

/** The address of a variable, relative to its object: in a probe it is where the probed process has it. */
export interface SymbolAddress {
  readonly [BRAND]: Brand & { readonly kind: 'address' }
  readonly name: string
}

/** A file with symbols. Holds nothing open. */
export class Executable {
  /** As it was given. */
  readonly target: string

  private constructor(target: string) {
    this.target = target
  }

  /** Names a file: a path, or a name to be found in `$PATH`. It is read when a symbol is asked for. */
  static open(target: string): Executable {
    return new Executable(target)
  }

  /** The address of a global variable. Throws `UsageError` when there is no such file or symbol, `PermissionError` when it may not be read. */
  symbol(name: string): SymbolAddress {
    const types = createTypeSource()
    try {
      const executable = types.openExecutable(this.target)
      const found = 'kind' in executable ? executable : types.findDataSymbol(this.target, name)
      if ('kind' in found) throw new UsageError(found.reason, nearestRemedy(found.nearest))
      const path = 'kind' in executable ? this.target : executable.path
      const { address, positionIndependent } = found
      const brand = Object.freeze({ kind: 'address', path, symbol: name, address, positionIndependent } as const)
      return Object.freeze({ [BRAND]: brand, name })
    } finally {
      types.close()
    }
  }
}

/** `did you mean ...?` as a remedy. */
export function nearestRemedy(nearest: readonly string[]): { readonly remedy?: string } {
  return nearest.length === 0 ? {} : { remedy: `did you mean ${nearest.join(', ')}?` }
}
