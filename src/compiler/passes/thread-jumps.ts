/**
 * Leads jumps past blocks that only decide where to go: empty blocks, and blocks whose branch is decided on the way in, by the
 * value that a phi has there (what `&&` and `||` leave behind) or by a branch before (a null check that has been made). A loop
 * whose first round is certain is entered behind its test.
 */

import { predecessorsByBlock, reversePostorder, successorsOf, terminatorOf } from '../ir/control-flow.ts'
import { computeDominators, type Dominators } from '../ir/dominators.ts'
import { evaluateCompare } from '../ir/evaluate.ts'
import type { Block, Instruction, IrFunction, Operand, Phi, Terminator } from '../ir/ir.ts'
import { mapOperands, phisOf, usesByOperand } from '../ir/operands.ts'
import { type FlowFacts, truthAt, truthOnEdge } from './branch-facts.ts'
import { removeIncoming } from './graph-edits.ts'

/** What is known of the function. */
interface Facts extends FlowFacts {
  readonly fn: IrFunction
  readonly uses: ReadonlyMap<Operand, readonly (Instruction | Terminator)[]>
  /** To be called when all edges from `from` to `before` have been led to `after`. */
  edgeMoved(from: Block, before: Block, after: Block): void
  /** Each block's place in a reverse postorder. Leading a jump past a block keeps it right. */
  readonly order: ReadonlyMap<Block, number>
}

/** Redirects what it can, once over the function; true when anything changed. */
export function threadJumps(fn: IrFunction): boolean {
  let changed = false
  const order = new Map(reversePostorder(fn).map((block, index) => [block, index]))
  let facts = readFacts(fn, order)
  for (const block of fn.blocks.slice(1)) {
    if (!mayBeTransparent(block)) continue
    for (const from of new Set<Block>(facts.predecessors.get(block))) {
      const target = targetFrom(facts, block, from)
      if (target === undefined || target === block || !entersLoopWhole(facts, block, from)) continue
      if (!keepsToItself(block, facts)) {
        if (!isolateSides(facts, block)) continue
        facts = readFacts(fn, order)
        changed = true
        if (!keepsToItself(block, facts)) continue
      }
      if (!redirect(from, block, target)) continue
      changed = true
      facts.edgeMoved(from, block, target)
    }
  }
  return changed
}

/** Each fact is worked out when it is asked for: most jumps are led past empty blocks, which takes the predecessors only. */
function readFacts(fn: IrFunction, order: Facts['order']): Facts {
  const predecessors = predecessorsByBlock(fn)
  let uses: ReturnType<typeof usesByOperand> | undefined
  let dominators: Dominators | undefined
  return {
    fn,
    order,
    predecessors,
    get uses() {
      uses ??= usesByOperand(fn)
      return uses
    },
    get dominators() {
      dominators ??= computeDominators(fn)
      return dominators
    },
    edgeMoved(from, before, after) {
      const others = (block: Block) => (predecessors.get(block) ?? []).filter((other) => other !== from)
      predecessors.set(before, others(before))
      predecessors.set(after, [...others(after), ...successorsOf(from).flatMap((block) => (block === after ? [from] : []))])
      for (const phi of phisOf(after)) for (const { value } of phi.incoming) uses?.get(value)?.push(phi)
      dominators = undefined
    },
  }
}

/**
 * A loop that is entered in two places is not understood by other passes: all ways into it go past its head, or none. Only what
 * leads back in the order of blocks can be the way round a loop.
 */
function entersLoopWhole(facts: Facts, block: Block, from: Block): boolean {
  const before = facts.predecessors.get(block) ?? []
  const place = (one: Block) => facts.order.get(one) ?? 0
  if (before.every((other) => place(other) < place(block))) return true
  const { dominators } = facts
  const isLoop = before.some((other) => dominators.dominates(block, other))
  return !isLoop || dominators.dominates(block, from) || before.every((other) => other === from || dominators.dominates(block, other))
}

/** A block that does nothing but decide where to go. */
function mayBeTransparent(block: Block): boolean {
  const others = block.instructions.slice(phisOf(block).length)
  const terminator = terminatorOf(block)
  if (terminator.kind === 'return' || successorsOf(block).includes(block)) return false
  return terminator.kind === 'jump' ? others.length === 0 : isDecider(others, terminator)
}

/** True when nobody else needs what the block computes. */
function keepsToItself(block: Block, facts: Facts): boolean {
  return block.instructions.every((instruction) =>
    (facts.uses.get(instruction) ?? []).every((user) => staysInside(block, instruction, user)),
  )
}

/** At most the comparison that the branch is about. */
function isDecider(others: readonly Instruction[], terminator: Extract<Terminator, { kind: 'branch' }>): boolean {
  if (others.length === 0) return true
  return others.length === 1 && others[0] === terminator.condition && others[0]?.kind === 'compare'
}

/** True when a use is in the block itself, or is what a successor's phi takes over from this block. */
function staysInside(block: Block, value: Instruction, user: Instruction | Terminator): boolean {
  if (user === block.terminator || block.instructions.includes(user as Instruction)) return true
  if (user.kind !== 'phi') return false
  return user.incoming.every((entry) => entry.value !== value || entry.block === block)
}

/**
 * Gives what a block's phis are needed for behind it a phi of its own on each side that only this block leads to, so that the
 * block can be left out on some ways. False when something is needed elsewhere too; nothing is changed then.
 */
function isolateSides({ fn, uses, predecessors, dominators }: Facts, block: Block): boolean {
  const sides = [...new Set(successorsOf(block))].filter((side) => predecessors.get(side)?.length === 1)
  const blockOf = new Map<Instruction | Terminator, Block>()
  for (const one of fn.blocks) for (const node of [...one.instructions, terminatorOf(one)]) blockOf.set(node, one)
  const moves: { readonly user: Instruction | Terminator; readonly value: Phi; readonly side: Block }[] = []
  for (const value of block.instructions) {
    for (const user of uses.get(value) ?? []) {
      if (staysInside(block, value, user)) continue
      const places =
        user.kind === 'phi' ? user.incoming.filter((entry) => entry.value === value).map((entry) => entry.block) : [blockOf.get(user)]
      const side = sides.find((candidate) => places.every((place) => place !== undefined && dominators.dominates(candidate, place)))
      if (side === undefined || value.kind !== 'phi') return false
      moves.push({ user, value, side })
    }
  }
  const copies = new Map<Block, Map<Phi, Phi>>(sides.map((side) => [side, new Map()]))
  for (const { user, value, side } of moves) {
    const known = copies.get(side)?.get(value)
    const copy: Phi = known ?? { kind: 'phi', id: fn.nextId++, type: value.type, span: value.span, incoming: [{ block, value }] }
    if (known === undefined) {
      copies.get(side)?.set(value, copy)
      side.instructions.unshift(copy)
    }
    mapOperands(user, (operand) => (operand === value ? copy : operand))
  }
  return true
}

function redirect(from: Block, block: Block, target: Block): boolean {
  const known = new Set(successorsOf(from))
  if (known.has(target) && phisOf(target).length > 0) return false
  for (const phi of phisOf(target)) {
    const through = phi.incoming.find((entry) => entry.block === block)?.value
    if (through === undefined) return false
    phi.incoming.push({ block: from, value: valueFrom(block, from, through) })
  }
  retarget(terminatorOf(from), block, target)
  removeIncoming(block, from)
  return true
}

/** Where control goes from `block` when it comes from `from`, if that is certain. */
function targetFrom(facts: Facts, block: Block, from: Block): Block | undefined {
  const terminator = terminatorOf(block)
  if (terminator.kind === 'jump') return terminator.target
  if (terminator.kind !== 'branch') return undefined
  const truth = truthFrom(facts, { block, from }, terminator.condition)
  if (truth === undefined) return undefined
  return truth ? terminator.then : terminator.otherwise
}

function truthFrom(
  facts: Facts,
  { block, from }: { readonly block: Block; readonly from: Block },
  condition: Operand,
): boolean | undefined {
  const value = valueFrom(block, from, condition)
  if (value.kind === 'constant') return value.value !== 0n
  if (value.kind !== 'compare') return undefined
  const asked = block.instructions.includes(value)
    ? { ...value, left: valueFrom(block, from, value.left), right: valueFrom(block, from, value.right) }
    : value
  const { left, right } = asked
  if (left.kind === 'constant' && right.kind === 'constant') {
    return left.type === right.type ? evaluateCompare(asked.predicate, left, right) : undefined
  }
  return truthOnEdge(from, block, asked) ?? truthAt(facts, from, asked)
}

function valueFrom(block: Block, from: Block, value: Operand): Operand {
  if (value.kind !== 'phi' || !block.instructions.includes(value)) return value
  return value.incoming.find((entry) => entry.block === from)?.value ?? value
}

function retarget(terminator: Terminator, before: Block, after: Block): void {
  if (terminator.kind === 'jump') terminator.target = after
  if (terminator.kind !== 'branch') return
  // biome-ignore lint/suspicious/noThenProperty: a side of a branch; nothing awaits this
  if (terminator.then === before) terminator.then = after
  if (terminator.otherwise === before) terminator.otherwise = after
}
