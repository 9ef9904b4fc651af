/**
 * Puts an empty block on every edge from a block with several successors to a block with phis: code generation needs a
 * place for the moves of that edge alone.
 */
import { predecessorsByBlock, successorsOf } from '../ir/control-flow.ts'
import type { Block, IrFunction } from '../ir/ir.ts'
import { phisOf } from '../ir/operands.ts'
import type { Pass } from './pass.ts'

/** The pass; code generation needs it to have run last. */
export const splitCriticalEdges: Pass = {
  name: 'split-critical-edges',
  run(fn) {
    const predecessors = predecessorsByBlock(fn)
    let changed = false
    for (const target of [...fn.blocks]) {
      if (phisOf(target).length === 0) continue
      for (const from of new Set(predecessors.get(target))) {
        if (successorsOf(from).length < 2) continue
        splitEdge(fn, from, target)
        changed = true
      }
    }
    return changed
  },
}

function splitEdge(fn: IrFunction, from: Block, target: Block): void {
  const terminator = from.terminator
  if (terminator?.kind !== 'branch') return
  const middle: Block = {
    id: fn.nextId++,
    name: 'edge',
    instructions: [],
    terminator: { kind: 'jump', target, span: terminator.span },
  }
  fn.blocks.splice(fn.blocks.indexOf(from) + 1, 0, middle)
  // biome-ignore lint/suspicious/noThenProperty: a side of a branch; nothing awaits this
  if (terminator.then === target) terminator.then = middle
  if (terminator.otherwise === target) terminator.otherwise = middle
  for (const phi of phisOf(target))
    phi.incoming = phi.incoming.map((entry) => (entry.block === from ? { block: middle, value: entry.value } : entry))
}
