/**
 * Behind register allocation: drops copies to a register that holds the value already, as a saved context's first use
 * does (`r6 = r1; r1 = r6`). Gain in bench/codegen: a slot in `stack-count`.
 */
import { definitionsOf, isCopy, type MachineBlock, type MachineFunction, type RegisterNumber } from './machine.ts'

/** Works on each block by itself, in place. All registers are machine registers. */
export function dropCopies(machine: MachineFunction): void {
  for (const block of machine.blocks) dropCopiesIn(block)
}

function dropCopiesIn(block: MachineBlock): void {
  /** Registers with the same value have the same mark; a register without one is like no other. */
  const marks = new Map<RegisterNumber, number>()
  let next = 0
  block.instructions = block.instructions.filter((instruction) => {
    if (!isCopy(instruction)) {
      for (const register of definitionsOf(instruction)) marks.delete(register)
      return true
    }
    const { dst, src } = instruction
    const mark = marks.get(src) ?? next++
    marks.set(src, mark)
    const known = marks.get(dst) === mark
    marks.set(dst, mark)
    return !known
  })
}
