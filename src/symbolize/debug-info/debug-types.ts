/**
 * Answers a front-end's questions about arguments and types of traced programs from their debug information. Types are
 * handed out one level at a time; a record is known by its number here.
 */
import { FormatError } from '../../base/errors.ts'
import { nearestNames } from '../../base/nearest-names.ts'
import { argumentsAtEntry } from '../../format/dwarf/calls/entry-arguments.ts'
import { goResults } from '../../format/dwarf/calls/go-arguments.ts'
import { AT } from '../../format/dwarf/constants.ts'
import type { Die } from '../../format/dwarf/die.ts'
import type { DebugFunction } from '../../format/dwarf/functions/debug-function.ts'
import { findFunctionAt } from '../../format/dwarf/functions/function-at.ts'
import { type Variable, variablesAt } from '../../format/dwarf/functions/variables.ts'
import { findDefinition, findTypeOfC } from '../../format/dwarf/types/find-definition.ts'
import { allMembersOf, type FoundMember, findMember, membersOf } from '../../format/dwarf/types/members.ts'
import { textOf } from '../../format/dwarf/unit-tables.ts'
import type { UprobeSite } from '../../spec/attach-point.ts'
import type { DebugTypes, FunctionArguments, Miss, NamedMember, RecordMember } from '../../spec/type-source.ts'
import type { RecordType, Type } from '../../spec/types/type.ts'
import type { Executable } from '../executable.ts'
import { miss } from '../uprobe-target.ts'
import { findGoType, findGoTypeRange } from './go-types.ts'
import { RecordTable, typeOf } from './program-type.ts'

/** Debug types of the executables that `open` answers. The caller keeps them open. */
export function createDebugTypes(open: (path: string) => Executable | Miss): DebugTypes {
  const records = new RecordTable()
  const withFile = <T>(path: string, find: (executable: Executable) => T | Miss): T | Miss => {
    const executable = open(path)
    return 'kind' in executable ? executable : orMiss(() => find(executable))
  }
  return {
    findArguments: (path, site) => withFile(path, (executable) => findArguments(executable, site, records)),
    findResults: (path, site) => withFile(path, (executable) => findResults(executable, site, records)),
    findGoType: (path, name) => withFile(path, (executable) => findGoType(executable, name, records)),
    findGoTypeRange: (path) => withFile(path, findGoTypeRange),
    findMember: (record, name) => orMiss(() => findMemberOf(records, record, name)),
    findMembers: (record) => orMiss(() => findMembersOf(records, record)),
    findType: (path, name) => withFile(path, (executable) => findType(executable, name, records)),
    findElement: (record) => {
      const found = orMiss(() => elementOf(records, record))
      return typeof found === 'object' && found.kind === 'miss' ? found.reason : found
    },
  }
}

/** Suffixes of symbols whose signature the compiler has changed. */
const CLONE = /\.(isra|constprop|part|cold)(\.\d+)*$/

function findArguments(executable: Executable, site: UprobeSite, records: RecordTable): FunctionArguments | Miss {
  const of = findFunction(executable, site)
  if ('kind' in of) return of
  const atEntry = site.placement !== 'offset' || site.address === of.entry
  const variables: readonly Variable[] = atEntry
    ? argumentsAtEntry(of, { address: site.address, cloned: CLONE.test(site.symbol) })
    : variablesAt(of, { address: site.address, atEntry: false, cfa: undefined })
  return describe(site, variables, records)
}

function findResults(executable: Executable, site: UprobeSite, records: RecordTable): FunctionArguments | Miss {
  const of = findFunction(executable, site)
  if ('kind' in of) return of
  if (of.language !== 'go') return miss(`${site.symbol} is not written in Go`)
  return describe(site, goResults(of), records)
}

function findFunction(executable: Executable, site: UprobeSite): DebugFunction | Miss {
  const info = executable.debugInfo
  if (typeof info === 'string') return miss(info)
  return findFunctionAt(info, site.address) ?? miss(`the debug information of ${executable.path} does not describe ${site.symbol}`)
}

function describe({ symbol }: UprobeSite, variables: readonly Variable[], records: RecordTable): FunctionArguments {
  return { function: symbol, arguments: variables.map(({ name, type, location }) => ({ name, type: typeOf(type, records), location })) }
}

function findMemberOf(records: RecordTable, record: RecordType, name: string): RecordMember | Miss {
  const die = definitionOf(records, record)
  if (die === undefined) return miss(`${record.name} is only declared here: what is in it is not known`)
  const member = findMember(die, name)
  if (member === undefined) {
    const names = membersOf(die).flatMap((one) => (one.name === '' ? [] : [one.name]))
    const reason = `Struct/union of type '${record.name}' does not contain a field named '${name}'`
    return miss(reason, names.length <= 24 ? names : nearestNames(name, names))
  }
  return recordMember(records, member)
}

function findMembersOf(records: RecordTable, record: RecordType): readonly NamedMember[] | Miss {
  const die = definitionOf(records, record)
  if (die === undefined) return miss(`${record.name} is only declared here: what is in it is not known`)
  return allMembersOf(die).map((member) => ({ name: member.name, ...recordMember(records, member) }))
}

function recordMember(records: RecordTable, { offset, bits, through, type }: FoundMember): RecordMember {
  return {
    ...(through.length === 0 ? {} : { through }),
    offset,
    type: typeOf(type, records),
    ...(bits === undefined ? {} : { bits }),
  }
}

/** A type by the name that C has for it: a typedef, or a struct, union or enum with the keyword. */
function findType({ path, debugInfo }: Executable, name: string, records: RecordTable): Type | Miss {
  if (typeof debugInfo === 'string') return miss(debugInfo)
  const die = findTypeOfC(debugInfo, name)
  const type = die === undefined ? `${path} has no type '${name}'` : typeOf(die, records)
  return typeof type === 'string' ? miss(type) : type
}

function elementOf(records: RecordTable, record: RecordType): Type | string {
  const die = records.dieOf(record.id)
  return die === undefined ? 'nothing is known of it' : records.elementOf(die)
}

function definitionOf(records: RecordTable, record: RecordType): Die | undefined {
  const die = records.dieOf(record.id)
  if (die === undefined || record.size > 0 || membersOf(die).length > 0) return die
  return textOf(die, AT.name) === undefined ? undefined : findDefinition(die)
}

function orMiss<T>(find: () => T): T | Miss {
  try {
    return find()
  } catch (error) {
    if (error instanceof FormatError) return miss(error.message)
    throw error
  }
}
