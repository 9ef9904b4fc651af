/**
 * Types by name: the definition of a struct that one source file only declares, and those that a script names.
 */
import { AT, TAG } from '../constants.ts'
import type { DebugInfo } from '../debug-info.ts'
import { type Die, isSet } from '../die.ts'
import { hasName, nameTest } from '../functions/name-test.ts'
import { type RawEntry, scanUnit } from '../functions/scan-unit.ts'
import { textOf } from '../unit-tables.ts'

const RECORDS: ReadonlySet<number> = new Set([TAG.structure_type, TAG.class_type, TAG.union_type])

const TYPES: ReadonlySet<number> = new Set([...RECORDS, TAG.typedef, TAG.base_type, TAG.pointer_type, TAG.enumeration_type])

/** The entry that defines what `declaration` declares; undefined when the file has none. Throws `FormatError`. */
export function findDefinition(declaration: Die): Die | undefined {
  const name = textOf(declaration, AT.name)
  return name === undefined ? undefined : findNamed(declaration.unit.info, name, RECORDS)
}

/** The entry of the type of a name; undefined when the file has none. Throws `FormatError`. */
export function findTypeNamed(info: DebugInfo, name: string): Die | undefined {
  return findNamed(info, name, TYPES)
}

function findNamed(info: DebugInfo, name: string, tags: ReadonlySet<number>): Die | undefined {
  const matches = nameTest(info, name)
  for (const unit of info.units()) {
    let found: RawEntry | undefined
    scanUnit(unit, { tags, bodies: 'skip' }, (entry) => {
      if (hasName(unit, entry, matches) && !isSet({ unit, ...entry }, AT.declaration)) found = entry
      return found !== undefined
    })
    if (found !== undefined) return { unit, ...found }
  }
  return undefined
}
