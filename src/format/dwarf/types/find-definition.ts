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

/** What is a `class` in C++ is a `struct` to C. */
const TAGS_OF: Readonly<Record<string, ReadonlySet<number>>> = {
  struct: new Set([TAG.structure_type, TAG.class_type]),
  union: new Set([TAG.union_type]),
  enum: new Set([TAG.enumeration_type]),
}
const TYPEDEFS: ReadonlySet<number> = new Set([TAG.typedef])

const TYPES: ReadonlySet<number> = new Set([...RECORDS, TAG.typedef, TAG.base_type, TAG.pointer_type, TAG.enumeration_type])

/** The entry that defines what `declaration` declares; undefined when the file has none. Throws `FormatError`. */
export function findDefinition(declaration: Die): Die | undefined {
  const name = textOf(declaration, AT.name)
  return name === undefined ? undefined : findNamed(declaration.unit.info, name, RECORDS)
}

/** The same by the name that C has for it: `struct x`, `union x`, `enum x`, or that of a typedef. Throws `FormatError`. */
export function findTypeOfC(info: DebugInfo, name: string): Die | undefined {
  const [, keyword, bare] = /^(struct|union|enum) (.+)$/.exec(name) ?? []
  return keyword === undefined || bare === undefined ? findNamed(info, name, TYPEDEFS) : findNamed(info, bare, TAGS_OF[keyword] ?? RECORDS)
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
