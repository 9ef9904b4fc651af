/**
 * How a field is read: the bytes around it as one number of 1, 2, 4 or 8, and the shifts that leave the field alone. The rules
 * are those of libbpf (`bpf_core_calc_field_relo`), so that programs of other compilers read the same.
 */
import { InternalError } from '../../base/errors.ts'
import type { Btf } from '../../format/btf/btf.ts'
import { resolveType, sizeOfType } from '../../format/btf/type-size.ts'
import type { FoundField } from './find-field.ts'

/** Where to read, in bytes, and the bits of the field in it. */
export interface FieldAccess {
  readonly offset: number
  readonly size: number
  readonly signed: boolean
  /** Of the 64 bits that were read. */
  readonly leftShift: number
  readonly rightShift: number
}

/** The access for a field. */
export function accessOf(btf: Btf, field: FoundField): FieldAccess {
  const { offset, size } = field.bitSize === 0 ? wholeField(btf, field) : aroundBitfield(btf, field)
  const bits = field.bitSize === 0 ? size * 8 : field.bitSize
  return {
    offset,
    size,
    signed: isSigned(btf, field),
    leftShift: 64 - (field.bitOffset + bits - offset * 8),
    rightShift: 64 - bits,
  }
}

function wholeField(btf: Btf, { type, bitOffset }: FoundField) {
  return { offset: bitOffset / 8, size: sizeOfType(btf, type) ?? 0 }
}

/** The number at the alignment of its declared type that the bits lie in; a larger one where they stick out of it. */
function aroundBitfield(btf: Btf, { type, bitOffset, bitSize }: FoundField) {
  for (let size = sizeOfType(btf, type) ?? 1; size <= 8; size *= 2) {
    const offset = Math.floor(bitOffset / 8 / size) * size
    if (bitOffset + bitSize <= (offset + size) * 8) return { offset, size }
  }
  throw new InternalError('a bitfield of more than 8 bytes')
}

function isSigned(btf: Btf, { type }: FoundField): boolean {
  const resolved = resolveType(btf, type)
  if (resolved?.kind === 'int') return resolved.encoding === 'signed'
  return (resolved?.kind === 'enum' || resolved?.kind === 'enum64') && resolved.signed
}
