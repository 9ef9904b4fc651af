/**
 * Checks a whole script: rounds over all its programs until the types of maps and variables no longer change, since a map
 * may be read before the text that says what it holds. Only what the last round complains about counts.
 */
import { INT64 } from '../../../spec/types/type.ts'
import type { ProgramUnit } from '../probes/expand.ts'
import { Report } from '../report.ts'
import type { CheckedUnit, CheckOptions } from './checker.ts'
import { plain } from './static-type.ts'
import { type MapSymbol, Symbols } from './symbols.ts'
import { checkUnit, type UnitMemory } from './unit-checker.ts'

/** Types only grow, and an integer grows at most six times; more rounds than this mean a bug. */
const MOST_ROUNDS = 64

/** A checked script. */
export interface CheckedScript {
  readonly units: readonly CheckedUnit[]
  readonly maps: ReadonlyMap<string, MapSymbol>
}

/** Checks all units; complaints are added to `report`. */
export function checkScript(units: readonly ProgramUnit[], options: CheckOptions, report: Report): CheckedScript {
  const symbols = new Symbols()
  const memories = units.map((): UnitMemory => ({ declared: new Map(), compounds: new Map() }))
  for (let round = 0; ; round++) {
    symbols.changed = false
    const found = new Report(report.source)
    const checked = units.map((unit, index) => checkUnit(unit, memories[index] as UnitMemory, { report: found, symbols, options }))
    if (symbols.changed && round < MOST_ROUNDS) continue
    if (setUnassigned(symbols) && round < MOST_ROUNDS) continue
    report.addAll(found.diagnostics)
    return { units: checked, maps: symbols.maps }
  }
}

/** A map that is read and never assigned reads as 0. */
function setUnassigned(symbols: Symbols): boolean {
  const unassigned = [...symbols.maps.values()].filter((map) => map.value === undefined && map.aggregation === undefined)
  for (const map of unassigned) symbols.learn(map, 'value', plain(INT64))
  return unassigned.length > 0
}
