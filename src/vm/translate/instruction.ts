/**
 * One instruction of a block: by class to the file that knows it. How control goes on is left to `structured.ts`.
 */
import type { Instruction } from '../../format/asm/instruction.ts'
import { CLASS, classOf, MODE, modeOf } from '../../format/asm/opcodes.ts'
import { emitLoad, emitStore } from './access.ts'
import { emitArithmetic } from './arithmetic.ts'
import { emitAtomic } from './atomic.ts'
import { emitCall } from './call.ts'
import { setRegister, type Translation } from './translation.ts'

type Emit = (translation: Translation, instruction: Instruction, index: number) => void

const BY_CLASS: Readonly<Record<number, Emit>> = {
  [CLASS.ld]: (translation, { dst }, index) => {
    translation.code.i64(translation.module.wideValue(index))
    setRegister(translation, dst)
  },
  [CLASS.ldx]: emitLoad,
  [CLASS.st]: emitStore,
  [CLASS.stx]: (translation, instruction, index) =>
    (modeOf(instruction.opcode) === MODE.atomic ? emitAtomic : emitStore)(translation, instruction, index),
  [CLASS.alu32]: emitArithmetic,
  [CLASS.alu64]: emitArithmetic,
  [CLASS.jmp]: emitCall,
}

/** Emits an instruction that does not end its block. */
export function emitInstruction(translation: Translation, index: number): void {
  const instruction = translation.image.input.instructions[index] as Instruction
  BY_CLASS[classOf(instruction.opcode)]?.(translation, instruction, index)
}
