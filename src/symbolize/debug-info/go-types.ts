/**
 * Types of Go programs by the names that Go has for them, and where the descriptors are that interfaces point to.
 */
import { findTypeNamed } from '../../format/dwarf/types/find-definition.ts'
import { readGoFunctions } from '../../format/gosym/find-pclntab.ts'
import { goRelease } from '../../format/gosym/runtime-layout.ts'
import { readTypeRange } from '../../format/gosym/type-range.ts'
import type { GoTypeRange, Miss } from '../../spec/type-source.ts'
import type { Type } from '../../spec/types/type.ts'
import type { Executable } from '../executable.ts'
import { miss } from '../uprobe-target.ts'
import { type RecordTable, typeOf } from './program-type.ts'

/** The type of a name such as `*net/http.Request`. Throws `FormatError`. */
export function findGoType(executable: Executable, name: string, records: RecordTable): Type | Miss {
  if (name.startsWith('*')) {
    const to = findGoType(executable, name.slice(1), records)
    return to.kind === 'miss' ? to : { kind: 'pointer', space: 'user', to }
  }
  const info = executable.debugInfo
  if (typeof info === 'string') return miss(info)
  const die = findTypeNamed(info, name)
  if (die === undefined) return miss(`${executable.path} has no type ${name}`)
  const type = typeOf(die, records)
  return typeof type === 'string' ? miss(`values of the type ${name} cannot be read: ${type}`) : type
}

/** Where the program has the descriptors of its types. Throws `FormatError`. */
export function findGoTypeRange(executable: Executable): GoTypeRange | Miss {
  const { path, elf, goBuildInfo } = executable
  const version = goBuildInfo?.goVersion ?? ''
  const release = goRelease(version)
  const table = release === undefined ? undefined : readGoFunctions(elf)
  const range = release === undefined || table === undefined ? undefined : readTypeRange(elf, release, table.address)
  const known = 'names of dynamic types are read in programs of Go 1.18 to 1.27'
  return range ?? miss(`${path} ${version === '' ? 'does not say its release of Go' : `is of ${version}`}: ${known}`)
}
