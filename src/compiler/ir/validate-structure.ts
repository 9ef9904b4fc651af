/**
 * Structure: blocks end, phis stand first and match the predecessors, stack slots stand in the entry block, and every use
 * is reached only through its definition.
 */
import { InternalError } from '../../base/errors.ts'
import type { Complain } from './complain.ts'
import { predecessorsByBlock, successorsOf } from './control-flow.ts'
import { computeDominators, type Dominators } from './dominators.ts'
import type { Block, Instruction, IrFunction, Operand, Phi, Terminator } from './ir.ts'
import { operandsOf } from './operands.ts'

/** Checks the structure; throws through `complain`, or `InternalError` when there is no instruction to name. */
export function checkStructure(fn: IrFunction, complain: Complain): void {
  const members = new Set(fn.blocks)
  for (const block of fn.blocks) {
    if (block.terminator === undefined)
      throw new InternalError(`function ${fn.name} is not valid: block ${block.name}.${block.id} has no terminator`)
    for (const target of successorsOf(block))
      if (!members.has(target)) complain(block.terminator, `block ${target.name}.${target.id} is not of this function`)
  }
  if ((predecessorsByBlock(fn).get(fn.blocks[0] as Block) ?? []).length > 0) {
    throw new InternalError(`function ${fn.name} is not valid: something jumps to the entry block`)
  }
  checkIds(fn, complain)
  checkPlaces(fn, complain)
  checkUses(fn, complain)
}

function checkIds(fn: IrFunction, complain: Complain): void {
  const seen = new Set<number>([...fn.parameters, ...fn.blocks].map(({ id }) => id))
  for (const block of fn.blocks) {
    for (const instruction of block.instructions) {
      if (seen.has(instruction.id) || instruction.id >= fn.nextId) complain(instruction, `id ${instruction.id} is not unique`)
      seen.add(instruction.id)
    }
  }
}

function checkPlaces(fn: IrFunction, complain: Complain): void {
  const predecessors = predecessorsByBlock(fn)
  for (const [index, block] of fn.blocks.entries()) {
    const firstOther = block.instructions.findIndex(({ kind }) => kind !== 'phi')
    for (const [position, instruction] of block.instructions.entries()) {
      if (instruction.kind === 'stack_slot' && index !== 0) complain(instruction, 'a stack slot must stand in the entry block')
      if (instruction.kind !== 'phi') continue
      if (firstOther !== -1 && position > firstOther) complain(instruction, 'a phi must stand first in its block')
      checkPhi(instruction, new Set(predecessors.get(block)), complain)
    }
  }
}

function checkPhi(phi: Phi, predecessors: ReadonlySet<Block>, complain: Complain): void {
  const from = new Set(phi.incoming.map(({ block }) => block))
  if (from.size !== phi.incoming.length) complain(phi, 'a predecessor is listed twice')
  if (from.size !== predecessors.size || [...from].some((block) => !predecessors.has(block)))
    complain(phi, 'its blocks are not the predecessors')
}

function checkUses(fn: IrFunction, complain: Complain): void {
  const dominators = computeDominators(fn)
  const places = new Map<Operand, Place>()
  for (const block of fn.blocks)
    for (const [position, instruction] of block.instructions.entries()) places.set(instruction, { block, position })
  for (const block of dominators.order) {
    for (const [position, instruction] of block.instructions.entries()) {
      if (instruction.kind === 'phi') {
        for (const entry of instruction.incoming)
          check(instruction, entry.value, { block: entry.block, position: Number.POSITIVE_INFINITY })
      } else for (const operand of operandsOf(instruction)) check(instruction, operand, { block, position })
    }
    const terminator = block.terminator as Terminator
    for (const operand of operandsOf(terminator)) check(terminator, operand, { block, position: Number.POSITIVE_INFINITY })
  }
  function check(user: Instruction | Terminator, operand: Operand, use: Place): void {
    if (operand.kind === 'constant' || (operand.kind === 'parameter' && fn.parameters.includes(operand))) return
    const definition = places.get(operand)
    if (definition === undefined) complain(user, `%${operand.id} is not in this function`)
    if (!isAvailable(definition, use, dominators)) complain(user, `%${operand.id} is not defined on every way to its use`)
  }
}

interface Place {
  readonly block: Block
  readonly position: number
}

function isAvailable(definition: Place, use: Place, dominators: Dominators): boolean {
  if (definition.block === use.block) return definition.position < use.position
  return dominators.dominates(definition.block, use.block) || !dominators.order.includes(use.block)
}
