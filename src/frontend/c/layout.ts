/**
 * Lays the members of structs and unions out as the C ABI of x86-64 and arm64 does, bit fields too.
 */
import type { CMember } from './c-types.ts'

/** A member to lay out; one without a name takes room (`int : 0`), an anonymous struct brings `members`. */
export interface MemberRequest {
  readonly name: string | undefined
  readonly type: CMember['type']
  readonly size: number
  readonly align: number
  /** Bits of a bit field. */
  readonly width?: number
  /** Of an anonymous struct or union. */
  readonly members?: readonly CMember[]
}

/** How the members are laid out, all in all. */
export interface RecordForm {
  readonly kind: 'struct' | 'union'
  readonly packed: boolean
  /** From an attribute; 1 when there is none. */
  readonly align: number
}

/** Members, size and alignment. */
export interface RecordLayout {
  readonly members: readonly CMember[]
  readonly size: number
  readonly align: number
}

/** Lays members out. */
export function layoutMembers(requests: readonly MemberRequest[], { kind, packed, align: least }: RecordForm): RecordLayout {
  const members: CMember[] = []
  let [bit, size, align] = [0, 0, least]
  for (const request of requests) {
    if (kind === 'union') bit = 0
    const own = packed ? 1 : request.align
    bit = request.width === undefined ? roundUp(bit, own * 8) : bitFieldStart(bit, request, packed)
    // A bit field without a name aligns nothing.
    if (request.width === undefined || request.name !== undefined) align = Math.max(align, own)
    place(members, request, bit)
    bit += request.width ?? request.size * 8
    size = Math.max(size, Math.ceil(bit / 8))
  }
  return { members, size: roundUp(size, align), align }
}

/** A bit field lies within one unit of its type, unless it is packed; one of no bits ends the unit. */
function bitFieldStart(bit: number, { width = 0, size }: MemberRequest, packed: boolean): number {
  const unit = size * 8
  if (width === 0) return roundUp(bit, unit)
  if (packed) return bit
  return Math.floor(bit / unit) === Math.floor((bit + width - 1) / unit) ? bit : roundUp(bit, unit)
}

function place(members: CMember[], { name, type, width, members: inner }: MemberRequest, bit: number): void {
  const offset = Math.floor(bit / 8)
  if (inner !== undefined) members.push(...inner.map((member) => ({ ...member, offset: member.offset + offset })))
  else if (name !== undefined)
    members.push(width === undefined ? { name, type, offset } : { name, type, offset, bits: { offset: bit % 8, size: width } })
}

function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step
}
