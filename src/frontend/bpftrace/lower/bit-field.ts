/**
 * The value of a bit field, which may begin in any bit of its first byte, and reach over the end of the 8 bytes that it begins in.
 */
import type { FunctionBuilder } from '../../../compiler/ir/builder.ts'
import type { Operand } from '../../../compiler/ir/ir.ts'
import type { Type } from '../../../spec/types/type.ts'
import { type WordSize, wordsAt } from './integers.ts'

/** A bit field: `offset` is that of its lowest bit in its first byte. */
export interface BitField {
  readonly type: Type
  readonly bits: { readonly offset: number; readonly size: number }
}

/** The value (i64, extended); `load` loads an unsigned number at an offset from the first byte. No byte is loaded that holds none of it. */
export function bitsIn(builder: FunctionBuilder, { type, bits }: BitField, load: (offset: number, size: WordSize) => Operand): Operand {
  const end = bits.offset + bits.size
  const shifted = (operator: 'shl' | 'lshr' | 'ashr', operand: Operand, by: number) =>
    by === 0 ? operand : builder.binary(operator, operand, builder.i64(by))
  // The field's highest bit goes to the top; of a field over 9 bytes the lowest ones leave at the bottom.
  const parts = wordsAt(0, Math.ceil(end / 8)).map(({ offset, size }) => {
    const by = 64 - end + offset * 8
    return by >= 0 ? shifted('shl', load(offset, size), by) : shifted('lshr', load(offset, size), -by)
  })
  const top = parts.reduce((sum, part) => builder.binary('or', sum, part))
  return shifted(type.kind === 'int' && type.signed ? 'ashr' : 'lshr', top, 64 - bits.size)
}
