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

/** Bytes of a number that is loaded at once. */
export type WordSize = 1 | 2 | 4 | 8

/** The words that bytes from an offset on are loaded in, each at a multiple of its size; offsets are from the first byte. */
export function wordsAt(start: number, count: number): { readonly offset: number; readonly size: WordSize }[] {
  const words: { offset: number; size: WordSize }[] = []
  for (let offset = 0; offset < count; ) {
    const size = ([8, 4, 2, 1] as const).find((one) => offset + one <= count && (start + offset) % one === 0) ?? 1
    words.push({ offset, size })
    offset += size
  }
  return words
}

/** Loads an integer and extends it. In a packed struct it may lie anywhere, and the kernel wants what it loads aligned. */
export function loadInteger(lowering: Lowering, type: Type, place: Place): Operand {
  const { builder } = lowering
  const { pointer, offset } = place
  if (offset % sizeOf(type) !== 0) return loadPacked(lowering, type, place)
  return builder.convert(builder.load(memoryType(type), pointer, offset), 'i64', { signed: isSigned(type) })
}

function loadPacked(lowering: Lowering, type: Type, { pointer, offset: start }: Place): Operand {
  const { builder } = lowering
  const parts = wordsAt(start, sizeOf(type)).map(({ offset, size }) => {
    const word = builder.convert(builder.load(BY_SIZE[size] ?? 'i8', pointer, start + offset), 'i64', { signed: false })
    return offset === 0 ? word : builder.binary('shl', word, builder.i64(offset * 8))
  })
  return castInteger(
    lowering,
    parts.reduce((sum, part) => builder.binary('or', sum, part)),
    type,
  )
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
