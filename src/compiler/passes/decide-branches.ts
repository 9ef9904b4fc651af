/**
 * Decides branches whose condition follows from a branch before them: a null check behind another, a bound within another.
 * The verifier follows the same values along the same ways, so it still knows what it knew. Without it `latency` of bench/codegen takes 4
 * slots (of 78) and 2 instructions a run more.
 */
import { predecessorsByBlock, terminatorOf } from '../ir/control-flow.ts'
import { computeDominators } from '../ir/dominators.ts'
import { constant } from '../ir/ir.ts'
import { truthAt } from './branch-facts.ts'
import type { Pass } from './pass.ts'

/** The pass. */
export const decideBranches: Pass = {
  name: 'decide-branches',
  run(fn) {
    const facts = { dominators: computeDominators(fn), predecessors: predecessorsByBlock(fn) }
    let changed = false
    for (const block of facts.dominators.order) {
      const terminator = terminatorOf(block)
      if (terminator.kind !== 'branch' || terminator.condition.kind !== 'compare') continue
      const truth = truthAt(facts, block, terminator.condition)
      if (truth === undefined) continue
      terminator.condition = constant('i1', truth ? 1 : 0)
      changed = true
    }
    return changed
  },
}
