/**
 * Addresses as code generation sees them: a base that must be in a register (or is the frame, or a map's memory) and a
 * constant displacement, which memory accesses take for free.
 */
import type { Constant, Operand } from '../../ir/ir.ts'
import { signedValue } from '../../ir/ir.ts'

/** `base + offset` (bytes), where `base` is not itself a pointer with a constant offset. */
export interface Address {
  readonly base: Operand
  readonly offset: number
}

/** Follows constant offsets down to the base. */
export function addressOf(pointer: Operand, offset = 0): Address {
  let base = pointer
  let total = offset
  while (base.kind === 'offset_pointer' && base.offset.kind === 'constant') {
    total += Number(signedValue(base.offset))
    base = base.pointer
  }
  return { base, offset: total }
}

/**
 * The largest access (1, 2, 4 or 8 bytes) that is allowed at an address. The verifier insists on alignment on the stack
 * only; elsewhere memory starts aligned and the processors that we generate for do not mind.
 */
export function accessAlignment(address: Address): number {
  const { base, offset } = address
  if (base.type !== 'ptr.stack') return 8
  return 1 << Math.min(3, trailingZeros(BigInt(offset)), base.kind === 'offset_pointer' ? pointerZeros(base) : 3)
}

function pointerZeros(pointer: Operand): number {
  if (pointer.kind !== 'offset_pointer') return pointer.kind === 'stack_slot' ? 3 : 0
  return Math.min(pointerZeros(pointer.pointer), knownTrailingZeros(pointer.offset))
}

/** How many low bits of an integer are certainly zero; at most 3, which is all that alignment asks for. */
function knownTrailingZeros(value: Operand, depth = 0): number {
  if (value.kind === 'constant') return trailingZeros((value as Constant).value)
  if (depth > 4) return 0
  if (value.kind === 'convert') {
    const keepsLowBits = value.operator === 'zext' || value.operator === 'sext'
    return keepsLowBits ? knownTrailingZeros(value.value, depth + 1) : 0
  }
  if (value.kind !== 'binary') return 0
  const left = knownTrailingZeros(value.left, depth + 1)
  const right = knownTrailingZeros(value.right, depth + 1)
  switch (value.operator) {
    case 'add':
    case 'sub':
    case 'or':
    case 'xor':
      return Math.min(left, right)
    case 'and':
      return Math.max(left, right)
    case 'mul':
      return Math.min(3, left + right)
    case 'shl':
      return value.right.kind === 'constant' ? Math.min(3, left + Number(value.right.value)) : left
    default:
      return 0
  }
}

function trailingZeros(value: bigint): number {
  for (let count = 0; count < 3; count++) if ((value >> BigInt(count)) & 1n) return count
  return 3
}
