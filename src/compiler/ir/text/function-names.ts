/**
 * The functions of a printed program by name. One may be called before it is defined, and an instruction that calls it holds
 * the function itself, so an empty one is handed out first and filled in later.
 */
import type { IrFunction, Parameter } from '../ir.ts'
import { malformed, type Place } from './tokens.ts'

interface Entry {
  readonly fn: IrFunction & { readonly parameters: Parameter[] }
  readonly mentioned: Place
  defined: boolean
}

/** The names of one program. */
export class FunctionNames {
  readonly #entries = new Map<string, Entry>()

  /** The function of this name. */
  function(name: string, place: Place): IrFunction {
    return this.#entry(name, place).fn
  }
  /** Fills in what has been read. Throws `FormatError` when there is one of this name already. */
  define(read: IrFunction, place: Place): IrFunction {
    const entry = this.#entry(read.name, place)
    if (entry.defined) throw malformed(place, `function ${read.name} is defined twice`)
    entry.defined = true
    entry.fn.parameters.push(...read.parameters)
    entry.fn.blocks = read.blocks
    entry.fn.nextId = read.nextId
    return entry.fn
  }
  /** Throws `FormatError` when a function is mentioned that is not there. */
  check(): void {
    for (const [name, { defined, mentioned }] of this.#entries) if (!defined) throw malformed(mentioned, `function ${name} is not defined`)
  }

  #entry(name: string, place: Place): Entry {
    const known = this.#entries.get(name)
    if (known !== undefined) return known
    const entry: Entry = { fn: { name, parameters: [], blocks: [], nextId: 0 }, mentioned: place, defined: false }
    this.#entries.set(name, entry)
    return entry
  }
}
