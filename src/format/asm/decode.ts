/**
 * Bytes to instructions, the inverse of `encode.ts`. What a 64-bit immediate load refers to is kept as the plain number and
 * pseudo source that the bytes hold.
 */
import { ByteReader } from '../../base/bytes.ts'
import { FormatError } from '../../base/errors.ts'
import type { Instruction, Register } from './instruction.ts'
import { LD_IMM64 } from './opcodes.ts'

/** Decodes a program. Throws `FormatError` for a cut program, a register above r10, or a bad second slot. */
export function decodeInstructions(bytes: Uint8Array): Instruction[] {
  const reader = new ByteReader(bytes, 'BPF program')
  const instructions: Instruction[] = []
  while (reader.remaining > 0) {
    const instruction = decodeSlot(reader)
    instructions.push(instruction.opcode === LD_IMM64 ? { ...instruction, imm: wideImmediate(reader, instruction.imm) } : instruction)
  }
  return instructions
}

function decodeSlot(reader: ByteReader): Instruction {
  const opcode = reader.u8()
  const registers = reader.u8()
  const offset = (reader.u16() << 16) >> 16
  return { opcode, dst: registerOf(registers & 0xf), src: registers >> 4, offset, imm: BigInt(reader.i32()) }
}

function registerOf(number: number): Register {
  if (number > 10) throw new FormatError('BPF program', `there is no register r${number}`)
  return number as Register
}

/** The second slot holds the upper half, and nothing else. */
function wideImmediate(reader: ByteReader, low: bigint): bigint {
  const second = decodeSlot(reader)
  if (second.opcode !== 0 || second.dst !== 0 || second.src !== 0 || second.offset !== 0) {
    throw new FormatError('BPF program', 'the second slot of a 64-bit immediate load is not empty')
  }
  return BigInt.asIntN(64, (second.imm << 32n) | BigInt.asUintN(32, low))
}
