/**
 * Leads jumps past blocks that only decide where to go: empty blocks, and blocks whose branch is decided on the way in, by the
 * value that a phi has there (what `&&` and `||` leave behind) or by a branch before (a null check that has been made). A loop
 * whose first round is certain is entered behind its test.
 */

import { predecessorsByBlock, reversePostorder, successorsOf, terminatorOf } from '../ir/control-flow.ts'
import { computeDominators, type Dominators } from '../ir/dominators.ts'
import { evaluateCompare } from '../ir/evaluate.ts'
import type { Block, Instruction, IrFunction, Operand, Phi, Terminator } from '../ir/ir.ts'
import { mapOperands, operandsOf, phisOf, usesByOperand } from '../ir/operands.ts'
import { type FlowFacts, truthAt, truthOnEdge } from './branch-facts.ts'
import { removeIncoming } from './graph-edits.ts'

/**
 * What is known of the function, each thing worked out when it is first asked for and then kept up to date: most jumps are led past
 * empty blocks, which takes the predecessors only. A way that is led past a block stands for one through it, so that only such a
 * block dominates less than before.
 */
interface Facts extends FlowFacts {
  readonly fn: IrFunction
  readonly uses: Map<Operand, (Instruction | Terminator)[]>
  readonly blockOf: Map<Instruction | Terminator, Block>
  readonly bypassed: Set<Block>
  /** To be called when all edges from `from` to `before` have been led to `after`. */
  edgeMoved(from: Block, before: Block, after: Block): void
  /** Each block's place in a reverse postorder. Leading a jump past a block keeps it right. */
  readonly order: ReadonlyMap<Block, number>
}

/** Redirects what it can, once over the function; true when anything changed. */
export function threadJumps(fn: IrFunction): boolean {
  let changed = false
  const order = new Map(reversePostorder(fn).map((block, index) => [block, index]))
  const facts = readFacts(fn, order)
  for (const block of fn.blocks.slice(1)) {
    if (!mayBeTransparent(block)) continue
    for (const from of new Set<Block>(facts.predecessors.get(block))) {
      const target = targetFrom(facts, block, from)
      if (target === undefined || target === block || !entersLoopWhole(facts, block, from)) continue
      if (!keepsToItself(block, facts)) {
        if (!isolateSides(facts, block)) continue
        changed = true
      }
      if (!redirect(from, block, target)) continue
      changed = true
      facts.edgeMoved(from, block, target)
    }
  }
  return changed
}

function readFacts(fn: IrFunction, order: Facts['order']): Facts {
  const predecessors = predecessorsByBlock(fn)
  let uses: ReturnType<typeof usesByOperand> | undefined
  let dominators: Dominators | undefined
  let blockOf: Map<Instruction | Terminator, Block> | undefined
  const bypassed = new Set<Block>()
  return {
    fn,
    order,
    predecessors,
    bypassed,
    get blockOf() {
      blockOf ??= blocksOfNodes(fn)
      return blockOf
    },
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
      bypassed.add(before)
    },
  }
}

function blocksOfNodes(fn: IrFunction): Map<Instruction | Terminator, Block> {
  const blockOf = new Map<Instruction | Terminator, Block>()
  for (const block of fn.blocks) for (const node of [...block.instructions, terminatorOf(block)]) blockOf.set(node, block)
  return blockOf
}

/** For certain: what has been bypassed is not trusted. */
function dominates({ dominators, bypassed }: Facts, outer: Block, inner: Block): boolean {
  return outer === inner || (!bypassed.has(outer) && dominators.dominates(outer, inner))
}

/**
 * A loop that is entered in two places is not understood by other passes: all ways into it go past its head, or none. Only what
 * leads back in the order of blocks can be the way round a loop.
 */
function entersLoopWhole(facts: Facts, block: Block, from: Block): boolean {
  const before = facts.predecessors.get(block) ?? []
  const place = (one: Block) => facts.order.get(one) ?? 0
  if (before.every((other) => place(other) < place(block))) return true
  const isLoop = before.some((other) => facts.dominators.dominates(block, other))
  return !isLoop || dominates(facts, block, from) || before.every((other) => other === from || dominates(facts, block, other))
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

/**
 * True when a use is in the block itself, or is what a successor's phi takes over from this block; or is no use any more. A phi of
 * the block uses what it gets round a loop where it comes from, not here.
 */
function staysInside(block: Block, value: Instruction, user: Instruction | Terminator): boolean {
  if (user.kind === 'phi') return user.incoming.every((entry) => entry.value !== value || entry.block === block)
  return user === block.terminator || block.instructions.includes(user as Instruction) || !operandsOf(user).includes(value)
}

/**
 * Gives what a block's phis are needed for behind it a phi of its own on each side that only this block leads to, so that the
 * block can be left out on some ways. False when something is needed elsewhere too; nothing is changed then.
 */
function isolateSides(facts: Facts, block: Block): boolean {
  const sides = [...new Set(successorsOf(block))].filter((side) => facts.predecessors.get(side)?.length === 1)
  const moves: Move[] = []
  for (const value of block.instructions) {
    for (const user of facts.uses.get(value) ?? []) {
      if (staysInside(block, value, user)) continue
      const places =
        user.kind === 'phi' ? user.incoming.filter((entry) => entry.value === value).map((entry) => entry.block) : [facts.blockOf.get(user)]
      const side = sides.find((candidate) => places.every((place) => place !== undefined && dominates(facts, candidate, place)))
      if (side === undefined || value.kind !== 'phi') return false
      moves.push({ user, value, side })
    }
  }
  const copies = new Map<Block, Map<Phi, Phi>>(sides.map((side) => [side, new Map()]))
  for (const move of moves) {
    const copy = copies.get(move.side)?.get(move.value) ?? copyOf(facts, block, move)
    copies.get(move.side)?.set(move.value, copy)
    mapOperands(move.user, (operand) => (operand === move.value ? copy : operand))
    addUse(facts, copy, move.user)
  }
  return true
}

interface Move {
  readonly user: Instruction | Terminator
  readonly value: Phi
  readonly side: Block
}

function copyOf(facts: Facts, block: Block, { value, side }: Move): Phi {
  const copy: Phi = { kind: 'phi', id: facts.fn.nextId++, type: value.type, span: value.span, incoming: [{ block, value }] }
  side.instructions.unshift(copy)
  facts.blockOf.set(copy, side)
  addUse(facts, value, copy)
  return copy
}

function addUse({ uses }: Facts, value: Operand, user: Instruction | Terminator): void {
  const users = uses.get(value)
  if (users === undefined) uses.set(value, [user])
  else users.push(user)
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
