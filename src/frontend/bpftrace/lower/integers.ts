/**
 * Integers between memory and operands: in memory of their own size, as operands i64 extended by their type.
 */
import type { IntegerType, Operand } from '../../../compiler/ir/ir.ts'
import { sizeOf, type Type } from '../../../spec/types/type.ts'
import type { Lowering } from './lowering.ts'
import type { Place } from './value.ts'

const BY_SIZE: Readonly<Record<number, IntegerType>> = { 1: 'i8', 2: 'i16', 4: 'i32', 8: 'i64' }

/** The integer of the IR that a type takes in memory. */
function memoryType(type: Type): IntegerType {
  return BY_SIZE[sizeOf(type)] ?? 'i64'
}

/** True for types whose values are operands: integers, booleans, pointers and functions. */
export function isScalar(type: Type): boolean {
  return type.kind === 'int' || type.kind === 'bool' || type.kind === 'pointer' || type.kind === 'function'
}

/** Loads an integer and extends it. */
export function loadInteger({ builder }: Lowering, type: Type, { pointer, offset }: Place): Operand {
  return builder.convert(builder.load(memoryType(type), pointer, offset), 'i64', { signed: isSigned(type) })
}

/** Stores an operand (i64) as an integer of `type`, cut to its size. */
export function storeInteger({ builder }: Lowering, operand: Operand, type: Type, { pointer, offset }: Place): void {
  builder.store(pointer, builder.convert(operand, memoryType(type), { signed: false }), offset)
}

/** Cuts an operand to a type and extends it again, as a cast does. */
export function castInteger({ builder }: Lowering, operand: Operand, type: Type): Operand {
  if (type.kind === 'bool') return builder.convert(builder.compare('ne', operand, builder.i64(0)), 'i64', { signed: false })
  const narrow = builder.convert(operand, memoryType(type), { signed: false })
  return builder.convert(narrow, 'i64', { signed: isSigned(type) })
}

/** An operand (i64, unsigned), or `most` where it is larger; the verifier sees that it is no more. */
export function lowerMinimum({ builder }: Lowering, operand: Operand, most: number): Operand {
  if (operand.kind === 'constant') return operand.value < BigInt(most) ? operand : builder.i64(most)
  const slot = builder.stackSlot('limit', 8)
  builder.store(slot, builder.i64(most))
  builder.when(builder.compare('ult', operand, builder.i64(most)), () => builder.store(slot, operand))
  return builder.load('i64', slot)
}

function isSigned(type: Type): boolean {
  return type.kind === 'int' && type.signed
}
