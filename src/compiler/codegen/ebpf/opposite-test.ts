/**
 * The opposite of a conditional jump: taken exactly when the given one is not.
 */
import { JMP, operationOf, usesRegister } from '../../../format/asm/opcodes.ts'
import type { InstructionSet } from '../../../spec/instruction-set.ts'
import type { MachineInstruction } from './machine.ts'

const PAIRS = [
  [JMP.jeq, JMP.jne],
  [JMP.jgt, JMP.jle],
  [JMP.jge, JMP.jlt],
  [JMP.jsgt, JMP.jsle],
  [JMP.jsge, JMP.jslt],
] as const
const OPPOSITES: ReadonlyMap<number, number> = new Map(
  PAIRS.flatMap(([a, b]): [number, number][] => [
    [a, b],
    [b, a],
  ]),
)
/** Jumps on "less" that v1 lacks, and what they are with the operands exchanged. */
const EXCHANGED: ReadonlyMap<number, number> = new Map([
  [JMP.jlt, JMP.jgt],
  [JMP.jle, JMP.jge],
  [JMP.jslt, JMP.jsgt],
  [JMP.jsle, JMP.jsge],
])

/** The opposite of `test`; undefined when the instruction set has none. */
export function oppositeOf(test: MachineInstruction, set: InstructionSet): MachineInstruction | undefined {
  const operation = OPPOSITES.get(operationOf(test.opcode))
  if (operation === undefined) return undefined
  const exchanged = EXCHANGED.get(operation)
  if (exchanged === undefined || set.has(2)) return { ...test, opcode: withOperation(test.opcode, operation) }
  return usesRegister(test.opcode) ? { ...test, opcode: withOperation(test.opcode, exchanged), dst: test.src, src: test.dst } : undefined
}

const withOperation = (opcode: number, operation: number): number => (opcode & ~0xf0) | operation
