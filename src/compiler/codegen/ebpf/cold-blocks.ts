/**
 * Guesses which blocks are seldom reached, so that the usual way falls through: the side of a null check on which a
 * helper has failed, and what only such sides lead to.
 */
import { predecessorsByBlock, terminatorOf } from '../../ir/control-flow.ts'
import type { Dominators } from '../../ir/dominators.ts'
import type { Block, IrFunction } from '../../ir/ir.ts'

/** The blocks that are only reached when something failed. */
export function coldBlocks(dominators: Dominators): Set<Block> {
  const predecessors = predecessorsByBlock({ blocks: [...dominators.order] } as unknown as IrFunction)
  const cold = new Set<Block>()
  for (const block of dominators.order) {
    const before = predecessors.get(block) ?? []
    if (before.length > 0 && before.every((from) => cold.has(from) || failureSide(from) === block)) cold.add(block)
  }
  return cold
}

/** Where a null check goes when the pointer is null. */
function failureSide(block: Block): Block | undefined {
  const terminator = terminatorOf(block)
  if (terminator.kind !== 'branch' || terminator.condition.kind !== 'compare') return undefined
  const { predicate, left, right } = terminator.condition
  const checks = left.type.startsWith('ptr.') && right.kind === 'constant' && right.value === 0n
  if (!checks || terminator.then === terminator.otherwise) return undefined
  if (predicate === 'ne') return terminator.otherwise
  return predicate === 'eq' ? terminator.then : undefined
}
