/**
 * A function as debug information describes it: an entry with code, the names it has, and what is known about how it may
 * be called.
 */
import { AT, LANGUAGE, NOCALL } from '../constants.ts'
import { type Die, numberOf, originsOf, rootOf } from '../die.ts'
import type { AddressRange } from '../lists.ts'
import { rangesOf } from '../ranges.ts'
import { addressOf, nameOf, textOf } from '../unit-tables.ts'

/** Languages that differ in how arguments are passed and types are meant. */
export type Language = 'go' | 'rust' | 'c'

/** A function with code of its own. */
export interface DebugFunction {
  readonly die: Die
  /** As in the source, without namespaces. */
  readonly name: string
  /** What the linker calls it, where that is another name. */
  readonly linkageName: string | undefined
  /** The first is the one that it is entered by. */
  readonly ranges: readonly AddressRange[]
  readonly entry: bigint
  readonly language: Language
  /** The compiler has changed the signature: arguments are only where the locations say, not where the ABI has them. */
  readonly rewritten: boolean
}

/** The function that an entry describes; undefined when it has no code. Throws `FormatError`. */
export function functionOf(die: Die): DebugFunction | undefined {
  const ranges = rangesOf(die)
  const [first] = ranges
  if (first === undefined) return undefined
  const origins = originsOf(die)
  const linkageName = linkageNameOf(origins)
  const entry = addressOf(die, AT.entry_pc) ?? addressOf(die, AT.low_pc) ?? first.start
  const rewritten = origins.some((one) => numberOf(one, AT.calling_convention) === NOCALL)
  return { die, name: nameOf(die) ?? linkageName ?? '', linkageName, ranges, entry, language: languageOf(die), rewritten }
}

/** The language of the unit that an entry is in. Throws `FormatError`. */
export function languageOf(die: Die): Language {
  switch (numberOf(rootOf(die.unit), AT.language)) {
    case LANGUAGE.Go:
      return 'go'
    case LANGUAGE.Rust:
      return 'rust'
    default:
      return 'c'
  }
}

/** What the linker calls a function that continues others, by all their entries. Throws `FormatError`. */
export function linkageNameOf(origins: readonly Die[]): string | undefined {
  return firstOf(origins, (one) => textOf(one, AT.linkage_name) ?? textOf(one, AT.MIPS_linkage_name))
}

function firstOf<T>(dies: readonly Die[], read: (die: Die) => T | undefined): T | undefined {
  for (const die of dies) {
    const found = read(die)
    if (found !== undefined) return found
  }
  return undefined
}
