/**
 * Passes over the entries of a unit from front to back, as fast as bytes can be passed over: sizes are known by
 * abbreviation, and what has no functions inside is jumped over where it says where it ends.
 */
import { type Abbreviation, skipValues } from '../abbreviations.ts'
import { TAG } from '../constants.ts'
import type { Unit } from '../debug-info.ts'
import { codeAt, siblingOf } from '../die.ts'
import { skipLeb128 } from '../leb128.ts'

/** What of a unit is passed over. */
export interface ScanOptions {
  /** Entries to visit. */
  readonly tags: ReadonlySet<number>
  /** Whether to look into functions too, where their variables and inlined calls are. */
  readonly bodies: 'enter' | 'skip'
}

/** An entry, before anything is made of it; see `Die`. */
export interface RawEntry {
  readonly at: number
  readonly abbreviation: Abbreviation
  readonly values: number
}

/** Types: no code inside. Classes are not among them, since declarations of functions are. */
const WITHOUT_FUNCTIONS: ReadonlySet<number> = new Set([
  TAG.enumeration_type,
  TAG.array_type,
  TAG.subroutine_type,
  TAG.call_site,
  0x4109, // GNU_call_site
])

/** Visits entries in order until `visit` answers true. Throws `FormatError`. */
export function scanUnit(unit: Unit, { tags, bodies }: ScanOptions, visit: (entry: RawEntry) => boolean): void {
  const { bytes, header, abbreviations } = unit
  for (let at = header.headerSize; at < bytes.length; ) {
    const code = codeAt(bytes, at)
    const values = skipLeb128(bytes, at)
    if (code === 0) {
      at = values
      continue
    }
    const abbreviation = abbreviations.get(code)
    const { tag } = abbreviation
    if (tags.has(tag) && visit({ at, abbreviation, values })) return
    const isJumped = abbreviation.siblingAt >= 0 && (WITHOUT_FUNCTIONS.has(tag) || (bodies === 'skip' && tag === TAG.subprogram))
    at = (isJumped ? siblingOf(bytes, abbreviation, values) : undefined) ?? skipValues(bytes, values, abbreviation, header)
  }
}
