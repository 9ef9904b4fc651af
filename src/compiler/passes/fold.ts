/**
 * Replaces values by simpler ones: constants, algebraic identities, copies. One rule per kind of instruction, in `fold/`.
 */

import { reversePostorder, terminatorOf } from '../ir/control-flow.ts'
import type { Instruction, IrFunction, Operand } from '../ir/ir.ts'
import { mapOperands, replaceOperands } from '../ir/operands.ts'
import { foldBinary } from './fold/fold-binary.ts'
import { foldCompare } from './fold/fold-compare.ts'
import { foldConvert } from './fold/fold-convert.ts'
import { foldAccess, foldOffsetPointer } from './fold/fold-memory.ts'
import { foldPhi } from './fold/fold-phi.ts'
import type { Make } from './fold/rule.ts'
import type { Pass } from './pass.ts'

/** The pass. */
export const fold: Pass = {
  name: 'fold',
  run(fn) {
    const replacements = new Map<Operand, Operand>()
    let changed = false
    for (const block of reversePostorder(fn)) {
      const before = block.instructions
      block.instructions = []
      const current = (operand: Operand) => followed(replacements, operand)
      for (const instruction of before) {
        mapOperands(instruction, current)
        const make = maker(fn, block.instructions, instruction)
        const simpler = foldOne(instruction, make)
        if (simpler === undefined) block.instructions.push(instruction)
        else replacements.set(instruction, simpler)
        if (simpler !== undefined || foldInPlace(instruction)) changed = true
      }
      mapOperands(terminatorOf(block), current)
    }
    replaceOperands(fn, replacements)
    return changed
  },
}

function followed(replacements: ReadonlyMap<Operand, Operand>, operand: Operand): Operand {
  let current = operand
  for (let next = replacements.get(current); next !== undefined; next = replacements.get(current)) current = next
  return current
}

function maker(fn: IrFunction, target: Instruction[], at: Instruction): Make {
  return (fields) => {
    const made = { ...fields, id: fn.nextId++, span: at.span } as Instruction
    target.push(made)
    return made
  }
}

function foldOne(instruction: Instruction, make: Make): Operand | undefined {
  switch (instruction.kind) {
    case 'binary':
      return foldBinary(instruction, make)
    case 'compare':
      return foldCompare(instruction, make)
    case 'convert':
      return foldConvert(instruction, make)
    case 'offset_pointer':
      return foldOffsetPointer(instruction, make)
    case 'phi':
      return foldPhi(instruction, make)
    default:
      return undefined
  }
}

function foldInPlace(instruction: Instruction): boolean {
  switch (instruction.kind) {
    case 'load':
    case 'store':
    case 'zero':
    case 'atomic':
    case 'copy':
      return foldAccess(instruction)
    default:
      return false
  }
}
