/**
 * Large blocks of memory are zeroed and copied by the kernel: one call of `probe_read_kernel`, which zeroes what it cannot
 * read, takes the place of dozens of stores. Code shrinks, so that jumps reach (they are 16 bits wide). The pass runs last:
 * a call overwrites registers, and no other pass looks into it.
 */
import { constant, type Instruction, type Operand } from '../ir/ir.ts'
import type { Pass } from './pass.ts'

/** Up to so many bytes the stores are kept. A call costs about as much as 64 of 8 bytes. */
const LARGEST_UNROLLED = 512
/** An address that nothing can be read at. */
const NOWHERE = constant('i64', 0)

/** The pass. @kernel 5.5 */
export const callForLargeBlocks: Pass = {
  name: 'call-for-large-blocks',
  run(fn) {
    let changed = false
    for (const block of fn.blocks) {
      if (!block.instructions.some(isLarge)) continue
      changed = true
      const instructions: Instruction[] = []
      const add = (fields: object) => {
        const made = { ...fields, id: fn.nextId++ } as Instruction
        instructions.push(made)
        return made
      }
      for (const instruction of block.instructions) {
        if (isLarge(instruction)) addCall(instruction, add)
        else instructions.push(instruction)
      }
      block.instructions = instructions
    }
    return changed
  },
}

type Large = Extract<Instruction, { kind: 'zero' | 'copy' }>

function isLarge(instruction: Instruction): instruction is Large {
  return (instruction.kind === 'zero' || instruction.kind === 'copy') && instruction.size > LARGEST_UNROLLED
}

function addCall(instruction: Large, add: (fields: object) => Operand): void {
  const { span, size } = instruction
  const at = (pointer: Operand, offset: number): Operand =>
    offset === 0 ? pointer : add({ kind: 'offset_pointer', type: pointer.type, span, pointer, offset: constant('i64', offset) })
  const target =
    instruction.kind === 'zero' ? at(instruction.pointer, instruction.offset) : at(instruction.target, instruction.targetOffset)
  const source = instruction.kind === 'zero' ? NOWHERE : at(instruction.source, instruction.sourceOffset)
  add({ kind: 'call', type: 'i64', helper: 'probe_read_kernel', span, arguments: [target, constant('i64', size), source] })
}
