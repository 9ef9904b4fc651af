/**
 * Edits of the control-flow graph that several passes need, phis kept right.
 */
import { reversePostorder } from '../ir/control-flow.ts'
import type { Block, IrFunction } from '../ir/ir.ts'
import { phisOf } from '../ir/operands.ts'

/** Forgets that `from` leads to `block`. */
export function removeIncoming(block: Block, from: Block): void {
  for (const phi of phisOf(block)) phi.incoming = phi.incoming.filter((entry) => entry.block !== from)
}

/** Drops blocks that no way leads to; true when there were any. */
export function dropUnreachable(fn: IrFunction): boolean {
  const reachable = new Set(reversePostorder(fn))
  if (reachable.size === fn.blocks.length) return false
  fn.blocks = fn.blocks.filter((block) => reachable.has(block))
  for (const block of fn.blocks) for (const phi of phisOf(block)) phi.incoming = phi.incoming.filter((entry) => reachable.has(entry.block))
  return true
}
