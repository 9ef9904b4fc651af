/**
 * What a compiler asks of whoever will run its programs. Asked only when a program would use an instruction that came later,
 * because finding out may cost something.
 */
import type { IsaVersion } from '../format/asm/isa-version.ts'

/** The instructions that may be used. */
export interface InstructionSet {
  /** True when all instructions of this version are there, and of those before it. */
  has(version: IsaVersion): boolean
}

/** The instruction set of one version: nothing to find out. */
export function instructionSet(newest: IsaVersion): InstructionSet {
  return { has: (version) => version <= newest }
}
