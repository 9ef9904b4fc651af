/**
 * What is known about maps and variables, grown over rounds of checking until nothing changes any more.
 */
import type { Span } from '../../../base/source-text.ts'
import type { Aggregation } from '../../../spec/map-spec.ts'
import { sameType } from './same-type.ts'
import type { StaticType } from './static-type.ts'

/** How a map keeps its entries. */
export interface StorageKind {
  /** Each CPU has values of its own. */
  readonly perCpu: boolean
  /** A full map forgets what was not used for longest. */
  readonly forgets: boolean
}

/** A map of the script. */
export interface MapSymbol {
  readonly name: string
  /** Where it is first named. */
  readonly span: Span
  /** Whether it is used with a key; the first use decides. */
  readonly keyed: boolean
  key?: StaticType
  /** What the parts of its key are called where it is first used with one. */
  keyNames?: readonly (string | undefined)[]
  /** The type of its plain values. */
  value?: StaticType
  aggregation?: Aggregation
  /** What `let @m = kind(entries)` says. */
  declared?: StorageKind & { readonly maxEntries: number }
}

/** What a variable begins with. */
export interface VariableOrigin {
  readonly kind: 'declaration' | 'assignment' | 'loop'
  readonly span: Span
}

/** A scratch variable: one per declaration. */
export interface VariableSymbol {
  readonly name: string
  readonly origin: VariableOrigin
  type?: StaticType
  /** Declared with a type (`let $x: T`), which then stays. */
  readonly declaredType?: StaticType
}

/** The symbols of a script. */
export class Symbols {
  readonly maps = new Map<string, MapSymbol>()
  /** True when a round has learned something. */
  changed = false

  /** The map of this name, made by its first use. */
  map(name: string, use: { readonly span: Span; readonly keyed: boolean }): MapSymbol {
    const known = this.maps.get(name)
    if (known !== undefined) return known
    const symbol: MapSymbol = { name, span: use.span, keyed: use.keyed }
    this.maps.set(name, symbol)
    this.changed = true
    return symbol
  }

  /** Sets a type that a symbol holds, and notes whether it is news. */
  learn<K extends string>(symbol: { [P in K]?: StaticType }, property: K, type: StaticType): void {
    const known = symbol[property]
    if (known !== undefined && sameType(known.type, type.type) && (known.flexible ?? false) === (type.flexible ?? false)) return
    symbol[property] = type
    this.changed = true
  }

  learnAggregation(symbol: MapSymbol, aggregation: Aggregation): void {
    if (symbol.aggregation !== undefined && symbol.aggregation.kind === aggregation.kind) {
      if (!('signed' in symbol.aggregation) || !('signed' in aggregation) || symbol.aggregation.signed || !aggregation.signed) return
    }
    symbol.aggregation = aggregation
    this.changed = true
  }
}
