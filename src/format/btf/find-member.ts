/**
 * Members of structs and unions by name, also those of anonymous structs and unions inside, as C names them.
 */
import type { Btf } from './btf.ts'
import type { BtfMember, BtfStruct, TypeId } from './btf-type.ts'
import { resolveType } from './type-size.ts'

/** The member of a name, its offset counted from the start of `struct`. */
export function findMember(btf: Btf, struct: BtfStruct, name: string): BtfMember | undefined {
  return findIn({ btf, visited: new Set() }, struct, name)
}

/** All members, those of anonymous structs and unions among them, with offsets from the start of `struct`. */
export function membersOf(btf: Btf, struct: BtfStruct): BtfMember[] {
  return membersIn({ btf, visited: new Set() }, struct, 0)
}

/** The names that `findMember` finds. */
export function memberNames(btf: Btf, struct: BtfStruct): string[] {
  return membersOf(btf, struct).map(({ name }) => name)
}

interface Search {
  readonly btf: Btf
  /** Anonymous types that were looked into: none is inside of another twice, but damaged BTF may go round. */
  readonly visited: Set<TypeId>
}

function findIn(search: Search, struct: BtfStruct, name: string): BtfMember | undefined {
  for (const member of struct.members) {
    if (member.name === name) return member
    const inner = anonymous(search, member)
    const found = inner === undefined ? undefined : findIn(search, inner, name)
    if (found !== undefined) return { ...found, bitOffset: member.bitOffset + found.bitOffset }
  }
  return undefined
}

function membersIn(search: Search, struct: BtfStruct, base: number): BtfMember[] {
  return struct.members.flatMap((member) => {
    const bitOffset = base + member.bitOffset
    const inner = anonymous(search, member)
    return inner === undefined ? [{ ...member, bitOffset }] : membersIn(search, inner, bitOffset)
  })
}

function anonymous({ btf, visited }: Search, member: BtfMember): BtfStruct | undefined {
  if (member.name !== '' || visited.has(member.type)) return undefined
  visited.add(member.type)
  const type = resolveType(btf, member.type)
  return type?.kind === 'struct' || type?.kind === 'union' ? type : undefined
}
