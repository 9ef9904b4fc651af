/**
 * Functions by name, wherever they are: out-of-line copies, and each place that a call was inlined at. All units are passed
 * over; names are compared by where they are in the table of strings, without being read.
 */
import { AT, TAG } from '../constants.ts'
import type { DebugInfo, Unit } from '../debug-info.ts'
import { type Die, has, originsOf } from '../die.ts'
import { hasName, type NameTest, nameTest } from './name-test.ts'
import { scanUnit } from './scan-unit.ts'

/** Where a function of a name is. */
export interface NamedFunction {
  /** Entries with code. */
  readonly outOfLine: readonly Die[]
  /** `DW_TAG_inlined_subroutine` entries: one for each call that was inlined. */
  readonly inlined: readonly Die[]
}

const FUNCTIONS: ReadonlySet<number> = new Set([TAG.subprogram])
const COPIES: ReadonlySet<number> = new Set([TAG.subprogram, TAG.inlined_subroutine])

/** All copies of the functions whose name, or name for the linker, is `name`. Throws `FormatError`. */
export function findFunctionsNamed(info: DebugInfo, name: string): NamedFunction {
  const outOfLine: Die[] = []
  const inlined: Die[] = []
  const matches = nameTest(info, name)
  for (const unit of info.units()) {
    const named = entriesNamed(unit, matches)
    if (named.size === 0) continue
    scanUnit(unit, { tags: COPIES, bodies: 'enter' }, (entry) => {
      const die = { unit, ...entry }
      if (!has(die, AT.low_pc) && !has(die, AT.ranges)) return false
      if (!named.has(entry.at) && !originsOf(die).some((one) => one.unit === unit && named.has(one.at))) return false
      const list = entry.abbreviation.tag === TAG.subprogram ? outOfLine : inlined
      list.push(die)
      return false
    })
  }
  return { outOfLine, inlined }
}

/** Positions of the functions of the unit that have the name themselves. */
function entriesNamed(unit: Unit, matches: NameTest): ReadonlySet<number> {
  const named = new Set<number>()
  scanUnit(unit, { tags: FUNCTIONS, bodies: 'skip' }, (entry) => {
    if (hasName(unit, entry, matches)) named.add(entry.at)
    return false
  })
  return named
}
