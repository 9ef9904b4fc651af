/**
 * What instructions do to registers, seen from one function: how many arguments its calls take, and that only the main function
 * must leave something in r0.
 */
import type { Instruction } from '../../format/asm/instruction.ts'
import { CLASS, JMP } from '../../format/asm/opcodes.ts'
import { indexAt } from '../program/image.ts'
import { callsFunction, type RegisterUse, registerUse } from '../program/initialised.ts'
import type { Translation } from './translation.ts'

const EXIT = CLASS.jmp | JMP.exit
const NOTHING: RegisterUse = { reads: 0, writes: 0, destroys: 0 }

/** The registers that instruction `index` reads, writes and destroys. */
export function useOf(translation: Pick<Translation, 'image' | 'fn' | 'module'>, index: number): RegisterUse {
  const instruction = translation.image.input.instructions[index] as Instruction
  if (instruction.opcode === EXIT && translation.fn.start !== 0) return NOTHING
  return registerUse(instruction, argumentsOf(translation, instruction, index))
}

function argumentsOf({ image, module }: Pick<Translation, 'image' | 'module'>, instruction: Instruction, index: number): number {
  if (instruction.opcode !== (CLASS.jmp | JMP.call)) return 0
  if (!callsFunction(instruction)) return module.argumentCount(index)
  const start = indexAt(image, index, Number(instruction.imm))
  const declared = image.input.functions?.find((each) => image.indices[each.start] === start)
  return declared?.parameterCount ?? 0
}
