/**
 * The control-flow graph of a function, worked out when asked for: successors, predecessors, orders, loops.
 */
import { InternalError } from '../../base/errors.ts'
import type { Block, IrFunction, Terminator } from './ir.ts'

/** The terminator, which every finished block has. Throws `InternalError` when it is missing. */
export function terminatorOf(block: Block): Terminator {
  if (block.terminator === undefined) throw new InternalError(`block ${block.name}.${block.id} has no terminator`)
  return block.terminator
}

/** The blocks that may follow `block`; both sides of a branch, even when they are the same. */
export function successorsOf(block: Block): readonly Block[] {
  const terminator = terminatorOf(block)
  switch (terminator.kind) {
    case 'jump':
      return [terminator.target]
    case 'branch':
      return [terminator.then, terminator.otherwise]
    case 'return':
      return []
  }
}

/** The first block. */
function entryOf(fn: IrFunction): Block {
  const entry = fn.blocks[0]
  if (entry === undefined) throw new InternalError(`function ${fn.name} has no blocks`)
  return entry
}

/**
 * Blocks that can be reached, each before what it leads to (loops aside). The `then` side of a branch follows its block
 * where it can, so that the order serves as a layout too.
 */
export function reversePostorder(fn: IrFunction): Block[] {
  const order: Block[] = []
  const seen = new Set<Block>([entryOf(fn)])
  const stack: { readonly block: Block; readonly rest: Block[] }[] = [{ block: entryOf(fn), rest: [...successorsOf(entryOf(fn))] }]
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const next = top.rest.pop()
    if (next === undefined) {
      order.push(top.block)
      stack.pop()
    } else if (!seen.has(next)) {
      seen.add(next)
      stack.push({ block: next, rest: [...successorsOf(next)] })
    }
  }
  return order.reverse()
}

/** The blocks that lead to each block, once per edge. */
export function predecessorsByBlock(fn: IrFunction): Map<Block, Block[]> {
  const predecessors = new Map<Block, Block[]>(fn.blocks.map((block) => [block, []]))
  for (const block of fn.blocks) for (const successor of successorsOf(block)) predecessors.get(successor)?.push(block)
  return predecessors
}
