/**
 * Leads jumps past blocks that only decide where to go: empty blocks, and blocks that branch on a phi whose value is known on
 * the way in (what `&&` and `||` leave behind).
 */

import { predecessorsByBlock, successorsOf, terminatorOf } from '../ir/control-flow.ts'
import { evaluateCompare } from '../ir/evaluate.ts'
import { type Block, type Constant, constant, type Instruction, type IrFunction, type Operand, type Terminator } from '../ir/ir.ts'
import { phisOf, usesByOperand } from '../ir/operands.ts'
import { removeIncoming } from './graph-edits.ts'

/** What is known of the function; forgotten when an edge changes. */
interface Facts {
  readonly predecessors: ReadonlyMap<Block, readonly Block[]>
  readonly uses: ReadonlyMap<Operand, readonly (Instruction | Terminator)[]>
}

/** Redirects what it can, once over the function; true when anything changed. */
export function threadJumps(fn: IrFunction): boolean {
  let changed = false
  let facts: Facts | undefined
  for (const block of fn.blocks.slice(1)) {
    if (!mayBeTransparent(block)) continue
    facts ??= { predecessors: predecessorsByBlock(fn), uses: usesByOperand(fn) }
    if (!keepsToItself(block, facts)) continue
    for (const from of new Set(facts.predecessors.get(block))) {
      if (!redirect(from, block)) continue
      changed = true
      facts = undefined
    }
  }
  return changed
}

/** A block that does nothing but decide where to go. */
function mayBeTransparent(block: Block): boolean {
  const others = block.instructions.slice(phisOf(block).length)
  const terminator = terminatorOf(block)
  if (terminator.kind === 'return' || successorsOf(block).includes(block)) return false
  return terminator.kind === 'jump' ? others.length === 0 : isDecider(others, terminator)
}

/** True when nobody else needs what the block computes. */
function keepsToItself(block: Block, { uses }: Facts): boolean {
  return block.instructions.every((instruction) => (uses.get(instruction) ?? []).every((user) => staysInside(block, instruction, user)))
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

function redirect(from: Block, block: Block): boolean {
  const target = targetFrom(block, from)
  if (target === undefined || target === block) return false
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
function targetFrom(block: Block, from: Block): Block | undefined {
  const terminator = terminatorOf(block)
  if (terminator.kind === 'jump') return terminator.target
  if (terminator.kind !== 'branch') return undefined
  const condition = conditionFrom(block, from, terminator.condition)
  if (condition === undefined) return undefined
  return condition.value === 0n ? terminator.otherwise : terminator.then
}

function conditionFrom(block: Block, from: Block, condition: Operand): Constant | undefined {
  const value = valueFrom(block, from, condition)
  if (value.kind === 'constant') return value
  if (value.kind !== 'compare' || !block.instructions.includes(value)) return undefined
  const left = valueFrom(block, from, value.left)
  const right = valueFrom(block, from, value.right)
  if (left.kind !== 'constant' || right.kind !== 'constant' || left.type !== right.type) return undefined
  return constant('i1', evaluateCompare(value.predicate, left, right) ? 1 : 0)
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
