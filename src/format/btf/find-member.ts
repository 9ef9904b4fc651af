/**
 * Members of structs and unions by name, also those of anonymous structs and unions inside, as C names them.
 */
import type { Btf } from './btf.ts'
import type { BtfMember, BtfStruct } from './btf-type.ts'
import { resolveType } from './type-size.ts'

/** The member of a name, its offset counted from the start of `struct`. */
export function findMember(btf: Btf, struct: BtfStruct, name: string): BtfMember | undefined {
  for (const member of struct.members) {
    if (member.name === name) return member
    const inner = anonymous(btf, member)
    const found = inner === undefined ? undefined : findMember(btf, inner, name)
    if (found !== undefined) return { ...found, bitOffset: member.bitOffset + found.bitOffset }
  }
  return undefined
}

/** The names that `findMember` finds. */
export function memberNames(btf: Btf, struct: BtfStruct): string[] {
  return struct.members.flatMap((member) => {
    const inner = anonymous(btf, member)
    return inner === undefined ? member.name : memberNames(btf, inner)
  })
}

function anonymous(btf: Btf, member: BtfMember): BtfStruct | undefined {
  if (member.name !== '') return undefined
  const type = resolveType(btf, member.type)
  return type?.kind === 'struct' || type?.kind === 'union' ? type : undefined
}
