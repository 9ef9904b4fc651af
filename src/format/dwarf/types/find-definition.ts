/**
 * The definition of a struct that one source file only declares: it is in another unit, under the same name.
 */
import { AT, TAG } from '../constants.ts'
import { type Die, isSet } from '../die.ts'
import { hasName, nameTest } from '../functions/name-test.ts'
import { type RawEntry, scanUnit } from '../functions/scan-unit.ts'
import { textOf } from '../unit-tables.ts'

const RECORDS: ReadonlySet<number> = new Set([TAG.structure_type, TAG.class_type, TAG.union_type])

/** The entry that defines what `declaration` declares; undefined when the file has none. Throws `FormatError`. */
export function findDefinition(declaration: Die): Die | undefined {
  const { info } = declaration.unit
  const name = textOf(declaration, AT.name)
  if (name === undefined) return undefined
  const matches = nameTest(info, name)
  for (const unit of info.units()) {
    let found: RawEntry | undefined
    scanUnit(unit, { tags: RECORDS, bodies: 'skip' }, (entry) => {
      if (hasName(unit, entry, matches) && !isSet({ unit, ...entry }, AT.declaration)) found = entry
      return found !== undefined
    })
    if (found !== undefined) return { unit, ...found }
  }
  return undefined
}
