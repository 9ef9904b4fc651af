/**
 * Reading a field of a struct of the kernel wherever the running kernel has it. What compilers of C call CO-RE: offsets,
 * sizes and shifts are filled in when the program is loaded.
 */
import type { FunctionBuilder } from '../ir/builder.ts'
import type { Operand } from '../ir/ir.ts'

const LARGEST_INTEGER = 8

/** The address of a field: `base` is an i64, the address of the struct that the path begins at (behind its last `->`). */
export function kernelFieldAddress(builder: FunctionBuilder, base: Operand, path: string): Operand {
  return builder.binary('add', base, builder.relocation('field_offset', path))
}

/**
 * An integer, enum, pointer or bitfield of at most 8 bytes as an i64; 0 when the address cannot be read. Which way it is
 * extended is the caller's choice: it knows the C type.
 */
export function readKernelField(
  builder: FunctionBuilder,
  field: { readonly base: Operand; readonly path: string; readonly signed: boolean },
): Operand {
  const { base, path, signed } = field
  const slot = builder.stackSlot('field', LARGEST_INTEGER)
  builder.zero(slot, LARGEST_INTEGER)
  builder.call('probe_read_kernel', [slot, builder.relocation('field_size', path), kernelFieldAddress(builder, base, path)])
  const left = builder.binary('shl', builder.load('i64', slot), builder.relocation('field_left_shift', path))
  return builder.binary(signed ? 'ashr' : 'lshr', left, builder.relocation('field_right_shift', path))
}
