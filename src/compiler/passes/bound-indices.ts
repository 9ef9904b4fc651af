/**
 * Says once more what bounds an index has, right where it is used, when an iteration begins between its making and its use. Where
 * the kernel's iterators go round, the verifier forgets the range of every number that came to them with two values and whose range
 * it has not needed yet (`widen_imprecise_scalars`, since 6.4); what it forgets there, no other pass can know to be forgotten.
 */
import { predecessorsByBlock } from '../ir/control-flow.ts'
import type { Block, Instruction, Operand } from '../ir/ir.ts'
import { possibleBits } from '../ir/known-bits.ts'
import type { Pass } from './pass.ts'

/** The pass. It undoes what `fold` does to masks, so it runs after the last of it. */
export const boundIndices: Pass = {
  name: 'bound-indices',
  run(fn) {
    if (!fn.blocks.some((block) => block.instructions.some(beginsIteration))) return false
    const predecessors = predecessorsByBlock(fn)
    let changed = false
    for (const block of fn.blocks) {
      for (const [at, instruction] of [...block.instructions.entries()].toReversed()) {
        if (instruction.kind !== 'offset_pointer' || instruction.offset.kind === 'constant') continue
        const index = instruction.offset
        const bits = possibleBits(index)
        if (bits === ALL || !isForgotten(index, block, at, predecessors)) continue
        const bound: Instruction = {
          kind: 'binary',
          operator: 'and',
          id: fn.nextId++,
          type: 'i64',
          left: index,
          right: { kind: 'constant', type: 'i64', value: bits },
          span: instruction.span,
        }
        instruction.offset = bound
        block.instructions.splice(at, 0, bound)
        changed = true
      }
    }
    return changed
  },
}

const ALL = (1n << 64n) - 1n

const beginsIteration = (instruction: Instruction): boolean =>
  instruction.kind === 'call_kfunc' && instruction.kfunc === 'bpf_iter_num_next'

/** Whether the verifier may have forgotten what is known of `value` when it comes to the instruction `at` of `block`. */
function isForgotten(value: Operand, block: Block, at: number, predecessors: ReadonlyMap<Block, readonly Block[]>): boolean {
  if (value.kind === 'constant') return false
  if (comesByIteration(value, block, at, predecessors)) return true
  if (value.kind === 'convert') return isForgotten(value.value, block, at, predecessors)
  // What a mask leaves is known whatever it is applied to.
  if (value.kind !== 'binary' || (value.operator === 'and' && value.right.kind === 'constant')) return false
  return [value.left, value.right].some((operand) => isForgotten(operand, block, at, predecessors))
}

/** Whether a way from the making of `value` to the instruction `at` of `block` comes by the beginning of an iteration. */
function comesByIteration(value: Operand, block: Block, at: number, predecessors: ReadonlyMap<Block, readonly Block[]>): boolean {
  const pending: (readonly [Block, readonly Instruction[]])[] = [[block, block.instructions.slice(0, at)]]
  const seen = new Set<Block>()
  for (const [current, instructions] of pending) {
    const made = instructions.lastIndexOf(value as Instruction)
    if (instructions.slice(made + 1).some(beginsIteration)) return true
    if (made !== -1) continue
    for (const before of predecessors.get(current) ?? []) {
      if (seen.has(before)) continue
      seen.add(before)
      pending.push([before, before.instructions])
    }
  }
  return false
}
