/**
 * What is counted of compiled programs without running them.
 */
import { type Instruction, PSEUDO, slotsOf } from '../../src/format/asm/instruction.ts'
import { CLASS, JMP } from '../../src/format/asm/opcodes.ts'
import type { ObjectSpec } from '../../src/spec/object-spec.ts'

/** Sums over the programs of an object. */
export interface StaticCounts {
  /** Slots of 8 bytes. */
  readonly slots: number
  readonly helperCalls: number
}

/** Counts slots and calls of helpers. */
export function countStatically({ programs }: ObjectSpec): StaticCounts {
  const instructions = programs.flatMap((program) => program.instructions)
  return {
    slots: instructions.reduce((sum, instruction) => sum + slotsOf(instruction), 0),
    helperCalls: instructions.filter(isHelperCall).length,
  }
}

function isHelperCall({ opcode, src }: Instruction): boolean {
  return opcode === (CLASS.jmp | JMP.call) && src !== PSEUDO.call && src !== PSEUDO.kfunc
}
