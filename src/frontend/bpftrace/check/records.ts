/**
 * What is known of structs and unions: by the script itself, or by the debug information of the traced program.
 */

import { nearestNames } from '../../../base/nearest-names.ts'
import type { Miss, NamedMember, RecordMember, TypeSource } from '../../../spec/type-source.ts'
import type { PointerSpace, RecordType, StructField, Type } from '../../../spec/types/type.ts'
import type { CTypes } from '../../c/c-types.ts'

/** Who is asked. */
export interface TypeKnowledge {
  readonly typeSource: TypeSource
  readonly cTypes: CTypes
}

/** A member of a record; those of anonymous and base parts count as its own. */
export function findMember({ typeSource, cTypes }: TypeKnowledge, record: RecordType, name: string): RecordMember | Miss {
  if (record.from === 'kernel') return typeSource.kernelTypes?.()?.findMember(record, name) ?? unknown(record)
  if (record.from !== 'script') return typeSource.debugTypes?.findMember(record, name) ?? unknown(record)
  const members = cTypes.records.get(record.name)?.members
  if (members === undefined) return findInKernel(typeSource, record, name)
  const found = members.find((member) => member.name === name)
  if (found !== undefined) return found
  const names = members.map((member) => member.name)
  const nearest = nearestNames(name, names)
  return {
    kind: 'miss',
    reason: `Struct/union of type '${record.name}' does not contain a field named '${name}'`,
    nearest: nearest.length > 0 ? nearest : names,
  }
}

/** What the script only names may be known to the kernel. */
function findInKernel({ kernelTypes }: TypeSource, record: RecordType, name: string): RecordMember | Miss {
  const types = kernelTypes?.()
  const known = types?.findType(record.name)
  return known?.kind === 'record' ? (types?.findMember(known, name) ?? unknown(record)) : unknown(record)
}

function unknown(record: RecordType): Miss {
  return { kind: 'miss', reason: `nothing is known of what is in ${record.name}`, nearest: [] }
}

/**
 * A type whose values can be kept and shown as a whole: records with all that is in them. A string says why there is none.
 */
export function wholeType(knowledge: TypeKnowledge, type: Type, space: PointerSpace): Type | string {
  if (type.kind === 'pointer') return withSpace(type, space)
  if (type.kind === 'array') {
    const element = wholeType(knowledge, type.element, space)
    return typeof element === 'string' ? element : { ...type, element }
  }
  if (type.kind !== 'record') return type
  const members = membersOf(knowledge, type)
  if (members === undefined) return `a whole value of type '${type.name}'`
  const fields: StructField[] = []
  for (const { name, type: own, offset, bits } of members) {
    if (typeof own === 'string') return `a whole value of type '${type.name}', whose field '${name}' cannot be read (${own}),`
    const whole = wholeType(knowledge, own, space)
    if (typeof whole === 'string') return whole
    fields.push({ name, type: whole, offset, ...(bits === undefined ? {} : { bits }) })
  }
  const [, keyword, name = type.name] = /^(struct|union) (.*)$/.exec(type.name) ?? []
  return { kind: 'struct', name, ...(keyword === 'union' ? { keyword } : {}), fields, size: type.size }
}

function membersOf({ cTypes, typeSource }: TypeKnowledge, record: RecordType): readonly NamedMember[] | undefined {
  if (record.from === 'kernel') return typeSource.kernelTypes?.()?.membersOf(record)
  if (record.from === 'script') return cTypes.records.get(record.name)?.members
  const found = typeSource.debugTypes?.findMembers(record)
  return found === undefined || 'kind' in found ? undefined : found
}

/** A pointer that lies in memory of one space points into it. */
export function withSpace(type: Type, space: PointerSpace): Type {
  return type.kind === 'pointer' && type.space === 'none' ? { ...type, space } : type
}
