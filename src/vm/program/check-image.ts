/**
 * What must hold of each instruction before a program is translated: it exists, names registers that exist, and leaves the frame
 * pointer alone. Where control goes is checked by `control-flow.ts`.
 */
import { formOf } from '../../format/asm/forms.ts'
import type { Instruction } from '../../format/asm/instruction.ts'
import { ALU, CLASS, classOf, MODE, modeOf, operationOf, usesRegister } from '../../format/asm/opcodes.ts'
import { faultAt, type Image } from './image.ts'
import { registerUse } from './initialised.ts'

const FRAME_POINTER = 10

/** Throws `VmFault` for the first instruction that is none. */
export function checkImage(image: Image): void {
  for (const [index, instruction] of image.input.instructions.entries()) {
    const complaint = complain(instruction)
    if (complaint !== undefined) throw faultAt(image, index, { kind: 'malformed program', detail: complaint })
  }
}

function complain(instruction: Instruction): string | undefined {
  if (modeOf(instruction.opcode) !== MODE.imm && classOf(instruction.opcode) === CLASS.ld)
    return 'loads from packets are not in the machine'
  if (instruction.relocation !== undefined)
    return `${instruction.relocation.path} is of the kernel's types, which the machine has not: relocate the program first`
  if (formOf(instruction) === undefined) return `opcode 0x${instruction.opcode.toString(16)} is none, or its fields are not`
  if (namesSource(instruction) && instruction.src > FRAME_POINTER) return `there is no register r${instruction.src}`
  if ((registerUse(instruction, 0).writes & (1 << FRAME_POINTER)) !== 0) return 'r10 may only be read'
  return undefined
}

function namesSource({ opcode }: Instruction): boolean {
  switch (classOf(opcode)) {
    case CLASS.ldx:
    case CLASS.stx:
      return true
    case CLASS.ld:
    case CLASS.st:
      return false
    default:
      return usesRegister(opcode) && operationOf(opcode) !== ALU.end
  }
}
