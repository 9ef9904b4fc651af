/**
 * Instructions to the bytes that BPF_PROG_LOAD takes: 8 bytes each, 16 for a 64-bit immediate load. What a reference
 * stands for is asked of the caller, who knows the fds. Layout: `struct bpf_insn` of include/uapi/linux/bpf.h.
 */
import { InternalError } from '../../base/errors.ts'
import { type Instruction, type Reference, slotsOf } from './instruction.ts'
import { LD_IMM64 } from './opcodes.ts'

/**
 * What a reference becomes: `pseudo` goes to the `src` field (0 plain number, 1 BPF_PSEUDO_MAP_FD, 2
 * BPF_PSEUDO_MAP_VALUE), `value` to the two immediates, low half first. For a map value that is `fd | offset << 32`.
 */
export interface ResolvedReference {
  readonly pseudo: 0 | 1 | 2
  readonly value: bigint
}

/** Encodes a program. Throws `InternalError` when a field does not fit, and what `resolve` throws. The caller owns the bytes. */
export function encodeInstructions(
  instructions: readonly Instruction[],
  resolve: (reference: Reference) => ResolvedReference,
): Uint8Array<ArrayBuffer> {
  const slots = instructions.reduce((sum, instruction) => sum + slotsOf(instruction), 0)
  const bytes = new Uint8Array(slots * 8)
  const view = new DataView(bytes.buffer)
  let at = 0
  for (const instruction of instructions) {
    if (instruction.opcode === LD_IMM64) encodeWide(view, at, resolveWide(instruction, resolve))
    else encodeSlot(view, at, instruction)
    at += slotsOf(instruction) * 8
  }
  return bytes
}

function resolveWide(instruction: Instruction, resolve: (reference: Reference) => ResolvedReference): Instruction {
  if (instruction.reference === undefined) return instruction
  const { pseudo, value } = resolve(instruction.reference)
  return { ...instruction, src: pseudo, imm: value }
}

function encodeWide(view: DataView, at: number, instruction: Instruction): void {
  const bits = BigInt.asUintN(64, instruction.imm)
  encodeSlot(view, at, { ...instruction, imm: BigInt.asIntN(32, bits) })
  view.setUint32(at + 12, Number(bits >> 32n), true)
}

function encodeSlot(view: DataView, at: number, instruction: Instruction): void {
  const { opcode, dst, src, offset, imm } = instruction
  if (offset < -0x8000 || offset > 0x7fff) throw new InternalError(`instruction offset ${offset} does not fit 16 bits`)
  if (imm < -0x8000_0000n || imm > 0x7fff_ffffn) throw new InternalError(`immediate ${imm} does not fit 32 bits`)
  if (src < 0 || src > 15) throw new InternalError(`source field ${src} does not fit 4 bits`)
  view.setUint8(at, opcode)
  view.setUint8(at + 1, (src << 4) | dst)
  view.setInt16(at + 2, offset, true)
  view.setInt32(at + 4, Number(imm), true)
}
