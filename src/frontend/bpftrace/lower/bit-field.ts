/**
 * The value of a bit field, which may begin in any bit of its first byte, and reach over the end of the 8 bytes that it begins in.
 */
import type { FunctionBuilder } from '../../../compiler/ir/builder.ts'
import type { Operand } from '../../../compiler/ir/ir.ts'
import type { Type } from '../../../spec/types/type.ts'

/** A bit field: `offset` is that of its lowest bit in its first byte. */
export interface BitField {
  readonly type: Type
  readonly bits: { readonly offset: number; readonly size: number }
}

/** The value (i64, extended); `load` loads an unsigned number at an offset from the first byte. */
export function bitsIn(
  builder: FunctionBuilder,
  { type, bits }: BitField,
  load: (offset: number, size: 1 | 2 | 4 | 8) => Operand,
): Operand {
  const end = bits.offset + bits.size
  const size = ([1, 2, 4, 8] as const).find((one) => one * 8 >= end) ?? 8
  const first = load(0, size)
  const shifted = (operator: 'shl' | 'lshr' | 'ashr', operand: Operand, by: number) => builder.binary(operator, operand, builder.i64(by))
  // The field's highest bit goes to the top.
  const top =
    end <= 64
      ? shifted('shl', first, 64 - end)
      : builder.binary('or', shifted('lshr', first, end - 64), shifted('shl', load(8, 1), 128 - end))
  return shifted(type.kind === 'int' && type.signed ? 'ashr' : 'lshr', top, 64 - bits.size)
}
