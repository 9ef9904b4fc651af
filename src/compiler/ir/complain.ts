/**
 * How the parts of the validator report what they find.
 */
import type { Instruction, Terminator } from './ir.ts'

/** Reports one violation at an instruction or terminator; does not come back. */
export type Complain = (node: Instruction | Terminator, problem: string) => never
