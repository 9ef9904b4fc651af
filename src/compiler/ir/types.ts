/**
 * Small facts about the types of the IR.
 */
import type { AccessBytes } from '../../format/asm/opcodes.ts'
import { BITS, type IrType, isIntegerType } from './ir.ts'

/** Bytes that a value of a type takes in memory; an i1 takes one, a pointer eight. */
export function bytesOf(type: IrType): AccessBytes {
  if (!isIntegerType(type)) return 8
  return type === 'i1' ? 1 : ((BITS[type] / 8) as AccessBytes)
}

/** True for the pointer types. */
export function isPointerType(type: IrType): boolean {
  return type.startsWith('ptr.')
}
