/**
 * Members of structs, classes and unions: where each is. Base classes and anonymous members are looked into by name, as C and
 * C++ do; so are embedded fields of Go and variants of Rust's enums.
 */

import { ByteReader } from '../../../base/bytes.ts'
import { AT, TAG } from '../constants.ts'
import { attributeOf, childrenOf, constantOf, type Die, isSet, numberOf, referenceOf } from '../die.ts'
import { readUnsigned } from '../leb128.ts'
import { textOf } from '../unit-tables.ts'
import { resolveType } from './debug-type.ts'

/** A member. */
export interface Member {
  /** Empty for what is anonymous. */
  readonly name: string
  readonly type: Die | undefined
  /** Bytes from the start of the record. */
  readonly offset: number
  /** For a bit field: counted from the lowest bit of the byte at `offset`. */
  readonly bits: { readonly offset: number; readonly size: number } | undefined
  /** Its own members count as those of the record: base classes, anonymous structs, embedded fields. */
  readonly transparent: boolean
}

/** The members of a record, in order. Throws `FormatError`. */
export function membersOf(record: Die): Member[] {
  const members: Member[] = []
  for (const die of childrenOf(record)) {
    const { tag } = die.abbreviation
    if (tag === TAG.variant_part) members.push(...variantsOf(die))
    else if (tag === TAG.member || tag === TAG.inheritance) members.push(...memberOf(die))
  }
  return members
}

/** Members inside of members deeper than this are not looked for. */
const DEEPEST = 16

/** A member of a record, or of what it is made of. */
export interface FoundMember extends Member {
  /** Pointers that lead to it, each by its bytes from the start of what it is in; then `offset` counts from where the last points. */
  readonly through: readonly number[]
}

/** Where members are looked for. */
interface Part {
  readonly record: Die
  readonly offset: number
  readonly through: readonly number[]
}

/** The member of a name; of several the one that lies least deep, as in Go. Throws `FormatError`. */
export function findMember(record: Die, name: string): FoundMember | undefined {
  let level: readonly Part[] = [{ record, offset: 0, through: [] }]
  for (let depth = 0; level.length > 0 && depth <= DEEPEST; depth++) {
    const next: Part[] = []
    for (const part of level) {
      const members = membersOf(part.record)
      const own = members.find((member) => member.name === name)
      if (own !== undefined) return { ...own, offset: part.offset + own.offset, through: part.through }
      next.push(...members.flatMap((member) => partsOf(part, member)))
    }
    level = next
  }
  return undefined
}

/** All members in order; in place of those that have no name, and of base classes, what is in them. Throws `FormatError`. */
export function allMembersOf(record: Die): FoundMember[] {
  return membersIn({ record, offset: 0, through: [] }, 0)
}

function membersIn(part: Part, depth: number): FoundMember[] {
  return membersOf(part.record).flatMap((member) => {
    const parts = member.name === '' && depth < DEEPEST ? partsOf(part, member) : []
    if (parts.length > 0) return parts.flatMap((inner) => membersIn(inner, depth + 1))
    return member.name === '' ? [] : { ...member, offset: part.offset + member.offset, through: part.through }
  })
}

function partsOf({ offset, through }: Part, member: Member): Part[] {
  if (!member.transparent) return []
  const at = offset + member.offset
  const { type } = resolveType(member.type)
  if (type.kind === 'record') return [{ record: type.die, offset: at, through }]
  const to = type.kind === 'pointer' ? resolveType(type.to).type : undefined
  return to?.kind === 'record' ? [{ record: to.die, offset: 0, through: [...through, at] }] : []
}

function memberOf(die: Die): Member[] {
  // A static member of C++ is declared inside and lies elsewhere.
  if (isSet(die, AT.external) || isSet(die, AT.declaration)) return []
  const type = referenceOf(die, AT.type)
  const name = textOf(die, AT.name) ?? ''
  const isBase = die.abbreviation.tag === TAG.inheritance
  const transparent = isBase || name === '' || isSet(die, AT.go_embedded_field)
  const place = placeOf(die)
  return place === undefined ? [] : [{ name: isBase ? '' : name, type, transparent, ...place }]
}

function placeOf(die: Die): Pick<Member, 'offset' | 'bits'> | undefined {
  const bitSize = numberOf(die, AT.bit_size)
  const dataBitOffset = numberOf(die, AT.data_bit_offset)
  if (bitSize !== undefined && dataBitOffset !== undefined)
    return { offset: Math.floor(dataBitOffset / 8), bits: { offset: dataBitOffset % 8, size: bitSize } }
  const offset = offsetOf(die)
  if (offset === undefined) return undefined
  if (bitSize === undefined) return { offset, bits: undefined }
  return oldBitField(die, offset, bitSize)
}

/** Where DWARF 2 and 3 (and gcc with -gdwarf-4) count: from the highest bit of a storage unit. */
function oldBitField(die: Die, offset: number, size: number): Pick<Member, 'offset' | 'bits'> {
  const fromTop = Number(constantOf(die, AT.bit_offset) ?? 0n)
  const { type } = resolveType(referenceOf(die, AT.type))
  const storage = numberOf(die, AT.byte_size) ?? ('size' in type ? type.size : undefined) ?? 4
  const bit = storage * 8 - fromTop - size
  return { offset: offset + Math.floor(bit / 8), bits: { offset: ((bit % 8) + 8) % 8, size } }
}

/** Bytes from the start; undefined where they are computed (virtual base classes). */
function offsetOf(die: Die): number | undefined {
  const value = attributeOf(die, AT.data_member_location)
  if (value === undefined) return 0
  if (value.kind === 'constant') return Number(value.value)
  if (value.kind !== 'block' || value.bytes[0] !== 0x23) return undefined
  const reader = new ByteReader(value.bytes, die.unit.info.sections.name, 1)
  const offset = Number(readUnsigned(reader))
  return reader.remaining === 0 ? offset : undefined
}

/** The discriminant, and for each variant its members by the name of the variant. */
function variantsOf(part: Die): Member[] {
  const members: Member[] = []
  for (const die of childrenOf(part)) {
    if (die.abbreviation.tag === TAG.member)
      members.push(...memberOf(die).map((member) => ({ ...member, name: DISCRIMINANT, transparent: false })))
    else if (die.abbreviation.tag === TAG.variant)
      for (const one of childrenOf(die)) if (one.abbreviation.tag === TAG.member) members.push(...memberOf(one))
  }
  return members
}

/** The name under which the tag of a Rust enum is a member; the enum itself has none for it. */
const DISCRIMINANT = '__tag'
