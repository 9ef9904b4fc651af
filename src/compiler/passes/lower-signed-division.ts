/**
 * Signed division and modulo in terms of unsigned ones, without branches: instruction set v4 has them, older kernels do not.
 * With `s` all ones for a negative number and else 0, `(x ^ s) - s` is its magnitude, and gives a result its sign back.
 */
import type { InstructionSet } from '../../spec/instruction-set.ts'
import {
  BITS,
  type Binary,
  type BinaryOperator,
  constant,
  type Instruction,
  type IntegerType,
  type IrFunction,
  type Operand,
} from '../ir/ir.ts'
import { replaceOperands } from '../ir/operands.ts'
import type { Pass } from './pass.ts'

/** The pass. It leaves signed division alone where the instruction set has it. */
export const lowerSignedDivision = (set: InstructionSet): Pass => ({
  name: 'lower-signed-division',
  run(fn) {
    if (!fn.blocks.some((block) => block.instructions.some(isSignedDivision)) || set.has(4)) return false
    const replacements = new Map<Operand, Operand>()
    for (const block of fn.blocks) {
      block.instructions = block.instructions.flatMap((instruction) => {
        if (!isSignedDivision(instruction)) return [instruction]
        const sequence = expand(fn, instruction)
        replacements.set(instruction, sequence.at(-1) as Instruction)
        return sequence
      })
    }
    replaceOperands(fn, replacements)
    return true
  },
})

function isSignedDivision(instruction: Instruction): instruction is Binary {
  return instruction.kind === 'binary' && (instruction.operator === 'sdiv' || instruction.operator === 'smod')
}

function expand(fn: IrFunction, division: Binary): Instruction[] {
  const sequence: Instruction[] = []
  const type = division.type as IntegerType
  const binary = (operator: BinaryOperator, left: Operand, right: Operand): Operand => {
    const made: Binary = { kind: 'binary', id: fn.nextId++, type, span: division.span, operator, left, right }
    sequence.push(made)
    return made
  }
  const signOf = (value: Operand) => binary('ashr', value, constant(type, BITS[type] - 1))
  const applySign = (value: Operand, sign: Operand) => binary('sub', binary('xor', value, sign), sign)
  const leftSign = signOf(division.left)
  const rightSign = signOf(division.right)
  const left = applySign(division.left, leftSign)
  const right = applySign(division.right, rightSign)
  if (division.operator === 'sdiv') applySign(binary('udiv', left, right), binary('xor', leftSign, rightSign))
  else applySign(binary('umod', left, right), leftSign)
  return sequence
}
