/**
 * Where a branch has found a value equal to a constant, the value is the constant. Without it `bounded-loop` of bench/codegen
 * takes 3 slots (of 39) and 3 instructions a run more, `hist` and its like 2 slots.
 */
import { predecessorsByBlock, terminatorOf } from '../ir/control-flow.ts'
import { computeDominators } from '../ir/dominators.ts'
import { type Block, type Constant, isIntegerType, type Operand, signedValue } from '../ir/ir.ts'
import { mapOperands } from '../ir/operands.ts'
import type { Pass } from './pass.ts'

/** What is known in a block, and of values that only hold on the way out of it. */
type Equalities = ReadonlyMap<Operand, Constant>

/** The pass. */
export const equalValues: Pass = {
  name: 'equal-values',
  run(fn) {
    const dominators = computeDominators(fn)
    const predecessors = predecessorsByBlock(fn)
    const known = new Map<Block, Equalities>()
    let changed = false
    const substitute = (equalities: Equalities) => (operand: Operand) => {
      const constant = equalities.get(operand)
      if (constant !== undefined) changed = true
      return constant ?? operand
    }
    for (const block of dominators.order) {
      const parent = dominators.immediate(block)
      const [before, ...others] = predecessors.get(block) ?? []
      const inherited = (parent && known.get(parent)) ?? new Map<Operand, Constant>()
      const equalities = before === undefined || others.length > 0 ? inherited : withEdge(inherited, before, block)
      known.set(block, equalities)
      if (equalities.size === 0) continue
      for (const instruction of block.instructions) if (instruction.kind !== 'phi') mapOperands(instruction, substitute(equalities))
      mapOperands(terminatorOf(block), substitute(equalities))
    }
    for (const block of dominators.order) {
      for (const instruction of block.instructions) {
        if (instruction.kind !== 'phi') break
        for (const entry of instruction.incoming) {
          const equalities = withEdge(known.get(entry.block) ?? new Map(), entry.block, block)
          const alike = instruction.incoming.find(({ value }) => value !== entry.value && isSame(equalities.get(value), entry.value))
          if (alike === undefined) entry.value = substitute(equalities)(entry.value)
          else {
            entry.value = alike.value
            changed = true
          }
        }
      }
    }
    return changed
  },
}

/** Adds what the branch at the end of `from` says on its way to `to`. */
function withEdge(known: Equalities, from: Block, to: Block): Equalities {
  const terminator = terminatorOf(from)
  if (terminator.kind !== 'branch' || terminator.then === terminator.otherwise || terminator.condition.kind !== 'compare') return known
  const { predicate, left, right } = terminator.condition
  const isEqual = predicate === (terminator.then === to ? 'eq' : 'ne')
  if (!isEqual || right.kind !== 'constant' || left.kind === 'constant' || !isIntegerType(left.type) || !isSmall(right)) return known
  return new Map([...known, [left, right]])
}

/** On an edge where a phi gets a constant that another of its values equals there, the phi is that value. */
function isSame(constant: Constant | undefined, value: Operand): boolean {
  return constant !== undefined && value.kind === 'constant' && value.type === constant.type && value.value === constant.value
}

/** A wide constant costs more than the register that holds the value. */
function isSmall(constant: Constant): boolean {
  const value = signedValue(constant)
  return value >= -0x8000_0000n && value <= 0x7fff_ffffn
}
