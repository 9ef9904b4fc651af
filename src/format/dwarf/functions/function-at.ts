/**
 * The function around an address: the way from a symbol or a probe to its arguments. One unit is read, whatever the size of
 * the file.
 */
import { AT, TAG } from '../constants.ts'
import type { DebugInfo, Unit } from '../debug-info.ts'
import { type Die, has } from '../die.ts'
import { type RangeEntry, RangeIndex } from '../range-index.ts'
import { rangesOf } from '../ranges.ts'
import { findUnit } from '../unit-at.ts'
import { type DebugFunction, functionOf } from './debug-function.ts'
import { scanUnit } from './scan-unit.ts'

const FUNCTIONS: ReadonlySet<number> = new Set([TAG.subprogram])

/** The function that has code at an address, of nested ones the inner; undefined when none is described. Throws `FormatError`. */
export function findFunctionAt(info: DebugInfo, address: bigint): DebugFunction | undefined {
  const unit = findUnit(info, address)
  const die = unit === undefined ? undefined : findFunctionIn(unit, address)
  return die === undefined ? undefined : functionOf(die)
}

/** Entries of functions with code, by unit: those that are not inside of others, and all. */
const outer = new WeakMap<Unit, RangeIndex<Die>>()
const all = new WeakMap<Unit, RangeIndex<Die>>()

/** The entry of the function of a unit that has code at an address. Throws `FormatError`. */
export function findFunctionIn(unit: Unit, address: bigint): Die | undefined {
  // Functions inside of functions (GNU C, Ada) are not worth reading all bodies for, unless nothing else is there.
  return indexOf(unit, outer, 'skip').find(address) ?? indexOf(unit, all, 'enter').find(address)
}

function indexOf(unit: Unit, known: WeakMap<Unit, RangeIndex<Die>>, bodies: 'enter' | 'skip'): RangeIndex<Die> {
  const index = known.get(unit) ?? new RangeIndex(functionsIn(unit, bodies))
  known.set(unit, index)
  return index
}

function functionsIn(unit: Unit, bodies: 'enter' | 'skip'): RangeEntry<Die>[] {
  const entries: RangeEntry<Die>[] = []
  scanUnit(unit, { tags: FUNCTIONS, bodies }, (entry) => {
    const value = { unit, ...entry }
    if (has(value, AT.low_pc) || has(value, AT.ranges)) for (const range of rangesOf(value)) entries.push({ ...range, value })
    return false
  })
  return entries
}
