/**
 * Words of the kernel's structs: what `readKernelField` does for any field, without the shifts that only others need.
 */
import type { FunctionBuilder } from '../../ir/builder.ts'
import type { Operand } from '../../ir/ir.ts'

/** Eight bytes at a path of the kernel's types, counted from `base`; 0 when they cannot be read. */
export function readWord(builder: FunctionBuilder, base: Operand, path: string): Operand {
  const slot = builder.stackSlot('word', 8)
  builder.call('probe_read_kernel', [slot, builder.i64(8), builder.binary('add', base, builder.relocation('field_offset', path))])
  return builder.load('i64', slot)
}
