/**
 * Which comparisons are decided at a place, by the branches on the only way to it.
 */
import { terminatorOf } from '../ir/control-flow.ts'
import type { Dominators } from '../ir/dominators.ts'
import type { Block, Compare } from '../ir/ir.ts'
import { INVERTED } from '../ir/predicates.ts'
import { impliedTruth } from './implied-conditions.ts'

/** Dominators above a place that are looked at: what decides a branch is near, and programs may be long. */
const MOST_STEPS = 24

/** The control flow that facts are read off. */
export interface FlowFacts {
  readonly dominators: Dominators
  readonly predecessors: ReadonlyMap<Block, readonly Block[]>
  /** Blocks that some ways lead past now which did not when `dominators` was worked out: they dominate nothing for certain. */
  readonly bypassed?: ReadonlySet<Block>
}

/** Whether a comparison holds in `block`, if the way there says so. */
export function truthAt(facts: FlowFacts, block: Block, asked: Compare): boolean | undefined {
  let at: Block | undefined = block
  for (let step = 0; at !== undefined && step < MOST_STEPS; step++) {
    const before: readonly Block[] = at !== block && facts.bypassed?.has(at) === true ? [] : (facts.predecessors.get(at) ?? [])
    const truth = before.length === 1 && before[0] !== undefined ? truthOnEdge(before[0], at, asked) : undefined
    if (truth !== undefined) return truth
    at = facts.dominators.immediate(at)
  }
  return undefined
}

/** Whether a comparison holds on the way from `from` to `to`, as the branch between them alone tells. */
export function truthOnEdge(from: Block, to: Block, asked: Compare): boolean | undefined {
  const terminator = terminatorOf(from)
  if (terminator.kind !== 'branch' || terminator.then === terminator.otherwise || terminator.condition.kind !== 'compare') return undefined
  const { predicate, left, right } = terminator.condition
  return impliedTruth({ predicate: terminator.then === to ? predicate : INVERTED[predicate], left, right }, asked)
}
