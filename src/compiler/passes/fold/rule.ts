/**
 * The form of a folding rule: a simpler value for one instruction, if there is one.
 */
import type { Instruction, Operand } from '../../ir/ir.ts'

type WithoutId<T> = T extends Instruction ? Omit<T, 'id' | 'span'> : never

/** Puts a new instruction in front of the one being folded. */
export type Make = (fields: WithoutId<Instruction>) => Instruction

/** Answers what stands for the instruction from now on, or undefined when nothing simpler is known. */
export type FoldRule<T extends Instruction> = (instruction: T, make: Make) => Operand | undefined

/** An instruction of one kind. */
export type Kind<K extends Instruction['kind']> = Extract<Instruction, { kind: K }>
