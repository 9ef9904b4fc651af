/**
 * Simplifies the control-flow graph: branches that are decided, blocks that only pass on, blocks that are one.
 */
import { predecessorsByBlock, successorsOf, terminatorOf } from '../ir/control-flow.ts'
import { type Block, constant, type IrFunction, type Operand } from '../ir/ir.ts'
import { phisOf, replaceOperands } from '../ir/operands.ts'
import { INVERTED } from '../ir/predicates.ts'
import { dropUnreachable, removeIncoming } from './graph-edits.ts'
import type { Pass } from './pass.ts'
import { threadJumps } from './thread-jumps.ts'

/** The pass. */
export const simplifyBranches: Pass = {
  name: 'simplify-branches',
  run(fn) {
    let changed = dropUnreachable(fn)
    for (const block of fn.blocks) if (decideBranch(block)) changed = true
    if (dropUnreachable(fn)) changed = true
    if (threadJumps(fn)) changed = true
    if (mergeBlocks(fn)) changed = true
    return changed
  },
}

function decideBranch(block: Block): boolean {
  const terminator = terminatorOf(block)
  if (terminator.kind !== 'branch') return false
  const { condition, then, otherwise, span } = terminator
  if (then === otherwise) {
    block.terminator = { kind: 'jump', target: then, span }
    return true
  }
  if (condition.kind === 'constant') {
    const [target, other] = condition.value === 0n ? [otherwise, then] : [then, otherwise]
    block.terminator = { kind: 'jump', target, span }
    removeIncoming(other, block)
    return true
  }
  return invertNegation(block, condition)
}

/** A branch on `not c` is a branch on `c` with its sides exchanged. */
function invertNegation(block: Block, condition: Operand): boolean {
  const terminator = terminatorOf(block)
  const negated = negatedBy(condition)
  if (terminator.kind !== 'branch' || negated === undefined) return false
  // biome-ignore lint/suspicious/noThenProperty: a side of a branch; nothing awaits this
  block.terminator = { ...terminator, condition: negated, then: terminator.otherwise, otherwise: terminator.then }
  return true
}

function negatedBy(condition: Operand): Operand | undefined {
  if (condition.kind === 'binary' && condition.operator === 'xor' && condition.right.kind === 'constant' && condition.right.value === 1n)
    return condition.left
  if (condition.kind !== 'compare' || condition.left.type !== 'i1' || condition.right.kind !== 'constant') return undefined
  const predicate = condition.right.value === 0n ? condition.predicate : INVERTED[condition.predicate]
  return predicate === 'eq' ? condition.left : undefined
}

/** Joins a block to its only successor when it is that one's only predecessor. */
function mergeBlocks(fn: IrFunction): boolean {
  const predecessors = predecessorsByBlock(fn)
  const gone = new Set<Block>()
  const replacements = new Map<Operand, Operand>()
  for (const block of fn.blocks) {
    if (gone.has(block)) continue
    for (let next = onlySuccessor(block, predecessors); next !== undefined; next = onlySuccessor(block, predecessors)) {
      for (const phi of phisOf(next)) replacements.set(phi, phi.incoming[0]?.value ?? constant('i64', 0))
      block.instructions.push(...next.instructions.filter(({ kind }) => kind !== 'phi'))
      block.terminator = next.terminator
      gone.add(next)
      renamePredecessor(next, block)
    }
  }
  if (gone.size === 0) return false
  fn.blocks = fn.blocks.filter((block) => !gone.has(block))
  replaceOperands(fn, replacements)
  return true
}

function onlySuccessor(block: Block, predecessors: ReadonlyMap<Block, readonly Block[]>): Block | undefined {
  const terminator = terminatorOf(block)
  if (terminator.kind !== 'jump' || terminator.target === block) return undefined
  return predecessors.get(terminator.target)?.length === 1 ? terminator.target : undefined
}

/** `after` ends as `before` did: the phis behind it have to know. */
function renamePredecessor(before: Block, after: Block): void {
  for (const target of new Set(successorsOf(after))) {
    for (const phi of phisOf(target))
      phi.incoming = phi.incoming.map((entry) => (entry.block === before ? { block: after, value: entry.value } : entry))
  }
}
