/**
 * Removes what nobody can notice: values without a reader, and writes to stack slots that are never read.
 */
import { hasEffect } from '../ir/effects.ts'
import type { Instruction, IrFunction, Operand } from '../ir/ir.ts'
import { nodesOf, operandsOf, usesByOperand } from '../ir/operands.ts'
import type { Pass } from './pass.ts'
import { slotUsage } from './slot-accesses.ts'

/** The pass. */
export const removeDeadCode: Pass = {
  name: 'dead-code',
  run(fn) {
    const pointless = writesToUnreadSlots(fn)
    const live = liveInstructions(fn, pointless)
    let changed = false
    for (const block of fn.blocks) {
      const kept = block.instructions.filter((instruction) => live.has(instruction))
      if (kept.length !== block.instructions.length) changed = true
      block.instructions = kept
    }
    return changed
  },
}

function liveInstructions(fn: IrFunction, pointless: ReadonlySet<Instruction>): Set<Operand> {
  const live = new Set<Operand>()
  const pending: Operand[] = []
  const keep = (operand: Operand) => {
    if (operand.kind === 'constant' || live.has(operand)) return
    live.add(operand)
    pending.push(operand)
  }
  for (const node of nodesOf(fn)) {
    if (node.kind === 'jump' || node.kind === 'branch' || node.kind === 'return') operandsOf(node).forEach(keep)
    else if (hasEffect(node) && !pointless.has(node)) keep(node)
  }
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.kind !== 'constant' && next.kind !== 'parameter') operandsOf(next).forEach(keep)
  }
  return live
}

function writesToUnreadSlots(fn: IrFunction): Set<Instruction> {
  const pointless = new Set<Instruction>()
  const uses = usesByOperand(fn)
  for (const slot of fn.blocks[0]?.instructions ?? []) {
    if (slot.kind !== 'stack_slot') continue
    const { accesses, escapes } = slotUsage(slot, uses)
    if (escapes || accesses.some(({ kind }) => kind === 'load' || kind === 'copy-out')) continue
    for (const { node } of accesses) pointless.add(node)
  }
  return pointless
}
