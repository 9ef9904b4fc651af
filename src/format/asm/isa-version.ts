/**
 * The versions of the instruction set and what each brought, as clang's `-mcpu=v1` to `v4` counts them. 32-bit arithmetic is
 * in v1 here: every kernel takes it, and only verifiers before v3 made little of its results.
 */
import type { Instruction } from './instruction.ts'
import { ALU, ATOMIC, CLASS, classOf, JMP, MODE, modeOf, operationOf } from './opcodes.ts'

/**
 * v2 has jumps on "less" (@kernel 4.14), v3 32-bit jumps (@kernel 5.1), v4 signed division, sign extension by moves and
 * loads, byte swaps and long jumps (@kernel 6.6). Atomics are apart: see `isNewAtomic`.
 */
export type IsaVersion = 1 | 2 | 3 | 4

const LESS: ReadonlySet<number> = new Set([JMP.jlt, JMP.jle, JMP.jslt, JMP.jsle])

/** The first version that has an instruction. */
export function isaVersionOf(instruction: Instruction): IsaVersion {
  const { opcode } = instruction
  switch (classOf(opcode)) {
    case CLASS.alu32:
    case CLASS.alu64:
      return isNewArithmetic(instruction) ? 4 : 1
    case CLASS.jmp:
      return LESS.has(operationOf(opcode)) ? 2 : 1
    case CLASS.jmp32:
      return operationOf(opcode) === JMP.ja ? 4 : 3
    case CLASS.ldx:
      return modeOf(opcode) === MODE.memsx ? 4 : 1
    default:
      return 1
  }
}

/** True for atomics besides addition without result, which came between v3 and v4. @kernel 5.12 */
export function isNewAtomic({ opcode, imm }: Instruction): boolean {
  return classOf(opcode) === CLASS.stx && modeOf(opcode) === MODE.atomic && Number(imm) !== ATOMIC.add
}

/** Signed division, moves that extend a sign, and byte swaps that do not ask for the host's order. */
function isNewArithmetic({ opcode, offset }: Instruction): boolean {
  return offset !== 0 || (classOf(opcode) === CLASS.alu64 && operationOf(opcode) === ALU.end)
}
