/**
 * A branch on `a and b` or `a or b` becomes two branches, so that no truth value has to be made in a register: what comparisons
 * in two registers leave behind. Without it `slow-calls` of bench/codegen takes 6 slots (of 62) and 5
 * instructions a run more.
 */
import { terminatorOf } from '../ir/control-flow.ts'
import type { Binary, Block, IrFunction, Operand, Terminator } from '../ir/ir.ts'
import { phisOf, usesByOperand } from '../ir/operands.ts'
import type { Pass } from './pass.ts'

/** The pass. */
export const splitConditions: Pass = {
  name: 'split-conditions',
  run(fn) {
    let changed = false
    let uses: ReturnType<typeof usesByOperand> | undefined
    for (let index = 0; index < fn.blocks.length; index++) {
      const block = fn.blocks[index] as Block
      const terminator = terminatorOf(block)
      if (terminator.kind !== 'branch' || terminator.then === terminator.otherwise) continue
      const { condition } = terminator
      if (!isConnective(condition)) continue
      uses ??= usesByOperand(fn)
      if (uses.get(condition)?.length !== 1) continue
      split(fn, block, { terminator, condition })
      changed = true
    }
    return changed
  },
}

type Branch = Extract<Terminator, { kind: 'branch' }>

function isConnective(condition: Operand): condition is Binary {
  return condition.kind === 'binary' && condition.type === 'i1' && (condition.operator === 'and' || condition.operator === 'or')
}

function split(fn: IrFunction, block: Block, { terminator, condition }: { readonly terminator: Branch; readonly condition: Binary }): void {
  const { then, otherwise, span } = terminator
  const second: Block = { id: fn.nextId++, name: 'second', instructions: [], terminator: { ...terminator, condition: condition.right } }
  fn.blocks.splice(fn.blocks.indexOf(block) + 1, 0, second)
  const sides = condition.operator === 'and' ? [second, otherwise] : [then, second]
  // biome-ignore lint/suspicious/noThenProperty: a side of a branch; nothing awaits this
  block.terminator = { kind: 'branch', condition: condition.left, then: sides[0]!, otherwise: sides[1]!, span }
  const [both, secondOnly] = condition.operator === 'and' ? [otherwise, then] : [then, otherwise]
  for (const phi of phisOf(secondOnly))
    phi.incoming = phi.incoming.map((entry) => (entry.block === block ? { block: second, value: entry.value } : entry))
  for (const phi of phisOf(both)) {
    const value = phi.incoming.find((entry) => entry.block === block)?.value
    if (value !== undefined) phi.incoming.push({ block: second, value })
  }
}
