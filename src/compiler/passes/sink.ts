/**
 * Moves what is computed to where it is needed, when that is on one of several ways: the other ways do not pay for it, and no
 * register is held meanwhile. Takes what cannot change in between and does not make more values live than it ends. Without it
 * `struct-event` of bench/codegen takes 2 slots (of 32) and 2 instructions a run more.
 */
import { terminatorOf } from '../ir/control-flow.ts'
import { computeDominators, type Dominators, loopDepths } from '../ir/dominators.ts'
import { isSteady } from '../ir/effects.ts'
import type { Block, Instruction, Operand, Terminator } from '../ir/ir.ts'
import { operandsOf, usesByOperand } from '../ir/operands.ts'
import type { Pass } from './pass.ts'

/** The pass. */
export const sink: Pass = {
  name: 'sink',
  run(fn) {
    const dominators = computeDominators(fn)
    const depths = loopDepths(fn, dominators)
    const uses = usesByOperand(fn)
    const blockOf = new Map<Instruction | Terminator, Block>()
    for (const block of dominators.order) for (const node of [...block.instructions, terminatorOf(block)]) blockOf.set(node, block)
    let changed = false
    // Users come before what they use, so that a whole chain moves at once.
    for (const block of dominators.order.toReversed()) {
      for (const instruction of block.instructions.toReversed()) {
        if (!isMovable(instruction)) continue
        const target = placeFor(dominators, usePlaces(uses.get(instruction) ?? [], instruction, blockOf))
        if (target === undefined || target === block || (depths.get(target) ?? 0) > (depths.get(block) ?? 0)) continue
        block.instructions = block.instructions.filter((other) => other !== instruction)
        insertBeforeUse(target, instruction)
        blockOf.set(instruction, target)
        changed = true
      }
    }
    return changed
  },
}

/** What is worth moving: its result takes the place of at most one operand, or of the context, which is there anyway. */
function isMovable(instruction: Instruction): boolean {
  switch (instruction.kind) {
    case 'binary':
    case 'convert':
      return operandsOf(instruction).filter(({ kind }) => kind !== 'constant').length <= 1
    case 'load':
      return instruction.pointer.type === 'ptr.context' && instruction.pointer.kind === 'parameter'
    case 'call':
      return isSteady(instruction.helper) && instruction.arguments.every(({ kind }) => kind === 'constant' || kind === 'parameter')
    default:
      return false
  }
}

/** Where a value is read; a phi reads it where it comes from. */
function usePlaces(
  users: readonly (Instruction | Terminator)[],
  value: Operand,
  blockOf: ReadonlyMap<Instruction | Terminator, Block>,
): (Block | undefined)[] {
  return users.flatMap((user) =>
    user.kind === 'phi' ? user.incoming.filter((entry) => entry.value === value).map(({ block }) => block) : [blockOf.get(user)],
  )
}

/** The last block that every use lies behind. */
function placeFor(dominators: Dominators, places: readonly (Block | undefined)[]): Block | undefined {
  const [first, ...others] = places
  let at: Block | undefined = first
  for (const place of others)
    while (at !== undefined && (place === undefined || !dominators.dominates(at, place))) at = dominators.immediate(at)
  return at
}

function insertBeforeUse(block: Block, moved: Instruction): void {
  const use = block.instructions.findIndex((instruction) => instruction.kind !== 'phi' && operandsOf(instruction).includes(moved))
  const at = use === -1 ? block.instructions.length : use
  block.instructions.splice(at, 0, moved)
}
