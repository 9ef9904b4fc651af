/**
 * What was inlined into a function, as a tree: which call an address is in, and in which other that one was made. Made once
 * for a function, when one of its addresses is first asked about.
 */
import { AT, TAG } from '../constants.ts'
import { childrenOf, type Die, numberOf } from '../die.ts'
import { type RangeEntry, RangeIndex } from '../range-index.ts'
import { rangesOf } from '../ranges.ts'

/** One inlined call. */
export interface InlinedCall {
  /** A `DW_TAG_inlined_subroutine`. */
  readonly die: Die
  /** The call that it was made in; undefined for the function itself. */
  readonly caller: InlinedCall | undefined
  /** Where it was called: a file by its number in the unit's line table, and a line. */
  readonly file: number | undefined
  readonly line: number | undefined
}

/** Trees beyond this are damaged. */
const DEEPEST = 256
/** Entries that code is nested in without being a call. */
const BLOCKS: ReadonlySet<number> = new Set([TAG.lexical_block, TAG.try_block, TAG.catch_block])

const known = new WeakMap<object, Map<number, RangeIndex<InlinedCall>>>()

/** The innermost inlined call of a function around an address; undefined where the code is the function's own. Throws `FormatError`. */
export function findInlinedCall(of: Die, address: bigint): InlinedCall | undefined {
  const indexes = known.get(of.unit) ?? new Map<number, RangeIndex<InlinedCall>>()
  known.set(of.unit, indexes)
  const index = indexes.get(of.at) ?? new RangeIndex(callsIn(of))
  indexes.set(of.at, index)
  return index.find(address)
}

function callsIn(of: Die): RangeEntry<InlinedCall>[] {
  const entries: RangeEntry<InlinedCall>[] = []
  collect(of, undefined, { entries, depth: 0 })
  return entries
}

function collect(
  of: Die,
  caller: InlinedCall | undefined,
  { entries, depth }: { readonly entries: RangeEntry<InlinedCall>[]; readonly depth: number },
): void {
  if (depth > DEEPEST) return
  for (const die of childrenOf(of)) {
    const { tag } = die.abbreviation
    if (tag === TAG.inlined_subroutine) {
      const call: InlinedCall = { die, caller, file: numberOf(die, AT.call_file), line: numberOf(die, AT.call_line) }
      for (const range of rangesOf(die)) entries.push({ ...range, value: call })
      collect(die, call, { entries, depth: depth + 1 })
    } else if (BLOCKS.has(tag)) collect(die, caller, { entries, depth: depth + 1 })
  }
}
