/**
 * The form of a selection rule: one per kind of IR instruction, held in the table of `select.ts`.
 */
import type { Instruction, Operand } from '../../ir/ir.ts'
import type { Selection } from './selection.ts'

/** How one kind of instruction becomes machine code. */
export interface SelectionRule<T extends Instruction> {
  /** The values that must be in registers for `emit`. Exactly what `emit` reads: nothing else will have been computed. */
  reads(instruction: T): readonly Operand[]
  emit(selection: Selection, instruction: T): void
}

/** An instruction of one kind. */
export type Kind<K extends Instruction['kind']> = Extract<Instruction, { kind: K }>
