/**
 * Copies the blocks of one function for use in another: new ids, parameters replaced by operands.
 */
import type { Block, Instruction, IrFunction, Operand, Terminator } from './ir.ts'
import { mapOperands } from './operands.ts'

/** Copies all blocks of `callee`, with ids of `caller`; they are not yet part of it. The first is the copy of the entry. */
export function copyBlocks(callee: IrFunction, caller: IrFunction, given: readonly Operand[]): Block[] {
  const blocks = new Map<Block, Block>()
  const operands = new Map<Operand, Operand>(callee.parameters.map((parameter, index) => [parameter, given[index] as Operand]))
  for (const block of callee.blocks) {
    blocks.set(block, { id: caller.nextId++, name: block.name, instructions: [], terminator: undefined })
    for (const instruction of block.instructions) operands.set(instruction, { ...instruction, id: caller.nextId++ })
  }
  const operandOf = (operand: Operand): Operand => operands.get(operand) ?? operand
  const blockOf = (block: Block): Block => blocks.get(block) ?? block
  for (const [block, copy] of blocks) {
    copy.instructions = block.instructions.map((instruction) => {
      const made = operandOf(instruction) as Instruction
      if (made.kind === 'phi') made.incoming = made.incoming.map(({ block: from, value }) => ({ block: blockOf(from), value }))
      mapOperands(made, operandOf)
      return made
    })
    copy.terminator = block.terminator === undefined ? undefined : copyTerminator(block.terminator, operandOf, blockOf)
  }
  return [...blocks.values()]
}

function copyTerminator(terminator: Terminator, operandOf: (operand: Operand) => Operand, blockOf: (block: Block) => Block): Terminator {
  switch (terminator.kind) {
    case 'jump':
      return { ...terminator, target: blockOf(terminator.target) }
    case 'branch':
      return {
        ...terminator,
        condition: operandOf(terminator.condition),
        // biome-ignore lint/suspicious/noThenProperty: a side of a branch; nothing awaits this
        then: blockOf(terminator.then),
        otherwise: blockOf(terminator.otherwise),
      }
    case 'return':
      return { ...terminator, value: operandOf(terminator.value) }
  }
}
