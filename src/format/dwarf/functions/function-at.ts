/**
 * The function around an address: the way from a symbol or a probe to its arguments. One unit is read, whatever the size of
 * the file.
 */
import { AT, TAG } from '../constants.ts'
import type { DebugInfo, Unit } from '../debug-info.ts'
import { type Die, has } from '../die.ts'
import { covers, rangesOf } from '../ranges.ts'
import { findUnit } from '../unit-at.ts'
import { type DebugFunction, functionOf } from './debug-function.ts'
import { scanUnit } from './scan-unit.ts'

const FUNCTIONS: ReadonlySet<number> = new Set([TAG.subprogram])

/** The function that has code at an address, of nested ones the inner; undefined when none is described. Throws `FormatError`. */
export function findFunctionAt(info: DebugInfo, address: bigint): DebugFunction | undefined {
  const unit = findUnit(info, address)
  if (unit === undefined) return undefined
  // Functions inside of functions (GNU C, Ada) are not worth reading all bodies for, unless nothing else is there.
  const die = findIn(unit, address, 'skip') ?? findIn(unit, address, 'enter')
  return die === undefined ? undefined : functionOf(die)
}

function findIn(unit: Unit, address: bigint, bodies: 'enter' | 'skip'): Die | undefined {
  let found: Die | undefined
  scanUnit(unit, { tags: FUNCTIONS, bodies }, (entry) => {
    const die = { unit, ...entry }
    if ((has(die, AT.low_pc) || has(die, AT.ranges)) && covers(rangesOf(die), address)) found = die
    return found !== undefined
  })
  return found
}
