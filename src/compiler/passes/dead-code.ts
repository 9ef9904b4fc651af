/**
 * Removes what nobody can notice: values without a reader, and writes to stack slots that are never read, by helpers too.
 */
import { hasEffect } from '../ir/effects.ts'
import type { Call, Instruction, IrFunction, Operand } from '../ir/ir.ts'
import { memoryEffectOf } from '../ir/memory-effects.ts'
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
    const fills = escapes ? fillsOf(slot, uses) : []
    if (fills === undefined || accesses.some(({ kind }) => kind === 'load' || kind === 'copy-out')) continue
    for (const node of [...accesses.map((access) => access.node), ...fills]) pointless.add(node)
  }
  return pointless
}

type Uses = ReturnType<typeof usesByOperand>

/** The helpers that do nothing but write to a slot, if its address goes nowhere else. */
function fillsOf(slot: Operand, uses: Uses): Call[] | undefined {
  const fills: Call[] = []
  for (const user of uses.get(slot) ?? []) {
    if (user.kind === 'call') {
      const effect = memoryEffectOf(user.helper)
      const isTarget = effect.kind === 'argument' && user.arguments.every((argument, index) => argument !== slot || index === effect.index)
      if (!isTarget || (uses.get(user) ?? []).length > 0) return undefined
      fills.push(user)
    } else if (user.kind === 'offset_pointer') {
      const more = user.offset.kind === 'constant' ? fillsOf(user, uses) : undefined
      if (more === undefined) return undefined
      fills.push(...more)
    } else if (!ACCESSES.has(user.kind) || (user.kind === 'store' && user.value === slot)) return undefined
  }
  return fills
}

/** What `slotUsage` lists. */
const ACCESSES: ReadonlySet<string> = new Set(['load', 'store', 'zero', 'copy'])
