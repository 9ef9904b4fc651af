/**
 * Dominators, after Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm": a fixed point over the reverse
 * postorder. Blocks that cannot be reached have no place in the tree.
 */
import { predecessorsByBlock, reversePostorder, successorsOf } from './control-flow.ts'
import type { Block, IrFunction } from './ir.ts'

/** The dominator tree. */
export interface Dominators {
  /** Reachable blocks in reverse postorder. */
  readonly order: readonly Block[]
  /** The closest dominator other than itself; undefined for the entry. */
  immediate(block: Block): Block | undefined
  /** True when every way to `inner` leads through `outer`; a block dominates itself. */
  dominates(outer: Block, inner: Block): boolean
}

/** The last answer for each function, with the graph that it was worked out of: most passes leave the graph alone. */
const LAST = new WeakMap<IrFunction, { readonly graph: readonly (Block | undefined)[]; readonly dominators: Dominators }>()

/** The dominators, which hold until the graph is changed. What was worked out before is answered again where the graph is the same. */
export function computeDominators(fn: IrFunction): Dominators {
  const graph = fn.blocks.flatMap((block) => [undefined, block, ...successorsOf(block)])
  const last = LAST.get(fn)
  if (last?.graph.length === graph.length && graph.every((block, index) => block === last.graph[index])) return last.dominators
  const dominators = workOut(fn)
  LAST.set(fn, { graph, dominators })
  return dominators
}

function workOut(fn: IrFunction): Dominators {
  const order = reversePostorder(fn)
  const number = new Map(order.map((block, index) => [block, index]))
  const parents = immediateDominators(fn, order, number)
  const immediate = (block: Block) => {
    const index = number.get(block)
    return index === undefined || index === 0 ? undefined : order[parents[index] ?? 0]
  }
  const dominates = (outer: Block, inner: Block) => {
    const target = number.get(outer)
    let at = number.get(inner)
    if (target === undefined || at === undefined) return false
    while (at > target) at = parents[at] ?? 0
    return at === target
  }
  return { order, immediate, dominates }
}

function immediateDominators(fn: IrFunction, order: readonly Block[], number: ReadonlyMap<Block, number>): number[] {
  const predecessors = numberedPredecessors(predecessorsByBlock(fn), order, number)
  const parents: number[] = new Array(order.length).fill(UNKNOWN)
  parents[0] = 0
  const intersect = (one: number, other: number): number => {
    let [a, b] = [one, other]
    while (a !== b) {
      while (a > b) a = parents[a] ?? 0
      while (b > a) b = parents[b] ?? 0
    }
    return a
  }
  for (let changed = true; changed; ) {
    changed = false
    for (let index = 1; index < order.length; index++) {
      let parent = UNKNOWN
      for (const from of predecessors[index] ?? []) {
        if (parents[from] !== UNKNOWN) parent = parent === UNKNOWN ? from : intersect(from, parent)
      }
      if (parents[index] === parent) continue
      parents[index] = parent
      changed = true
    }
  }
  return parents
}

const UNKNOWN = -1

/** The reachable predecessors of each block, all by their numbers. */
function numberedPredecessors(
  predecessors: ReadonlyMap<Block, readonly Block[]>,
  order: readonly Block[],
  number: ReadonlyMap<Block, number>,
): readonly (readonly number[])[] {
  return order.map((block) => (predecessors.get(block) ?? []).flatMap((from) => number.get(from) ?? []))
}

/** For each block, where its dominance ends: the join points that need a phi for what the block defines. */
export function dominanceFrontiers(fn: IrFunction, dominators: Dominators): Map<Block, Set<Block>> {
  const frontiers = new Map<Block, Set<Block>>(dominators.order.map((block) => [block, new Set()]))
  const predecessors = predecessorsByBlock(fn)
  for (const block of dominators.order) {
    const before = predecessors.get(block) ?? []
    if (before.length < 2) continue
    const stop = dominators.immediate(block)
    for (const from of before) {
      for (let at: Block | undefined = from; at !== undefined && at !== stop; at = dominators.immediate(at)) frontiers.get(at)?.add(block)
    }
  }
  return frontiers
}

/** How many loops each block stands in (natural loops: back edges to a dominator). */
export function loopDepths(fn: IrFunction, dominators: Dominators): Map<Block, number> {
  const depths = new Map<Block, number>(fn.blocks.map((block) => [block, 0]))
  const predecessors = predecessorsByBlock(fn)
  for (const header of dominators.order) {
    const latches = (predecessors.get(header) ?? []).filter((from) => dominators.dominates(header, from))
    if (latches.length === 0) continue
    for (const member of loopMembers(header, latches, predecessors)) depths.set(member, (depths.get(member) ?? 0) + 1)
  }
  return depths
}

/** The blocks of the natural loop of `header`, header included. */
export function loopMembers(header: Block, latches: readonly Block[], predecessors: ReadonlyMap<Block, readonly Block[]>): Set<Block> {
  const members = new Set<Block>([header])
  const pending = [...latches]
  for (let block = pending.pop(); block !== undefined; block = pending.pop()) {
    if (members.has(block)) continue
    members.add(block)
    pending.push(...(predecessors.get(block) ?? []))
  }
  return members
}
