/**
 * Computes equal values once: a value that is already there, in the same block or one that dominates it, is used again.
 * Only what cannot change in between takes part; of memory that is the context alone.
 */
import { computeDominators } from '../ir/dominators.ts'
import { isSteady } from '../ir/effects.ts'
import type { Block, Instruction, Operand } from '../ir/ir.ts'
import { mapOperands, operandsOf, replaceOperands } from '../ir/operands.ts'
import type { Pass } from './pass.ts'

/** The pass. */
export const shareExpressions: Pass = {
  name: 'share-expressions',
  run(fn) {
    const dominators = computeDominators(fn)
    const known = new Map<string, { readonly value: Instruction; readonly block: Block }[]>()
    const replacements = new Map<Operand, Operand>()
    for (const block of dominators.order) {
      block.instructions = block.instructions.filter((instruction) => {
        mapOperands(instruction, (operand) => replacements.get(operand) ?? operand)
        const key = keyOf(instruction)
        if (key === undefined) return true
        const earlier = (known.get(key) ?? []).find((entry) => dominators.dominates(entry.block, block))
        if (earlier === undefined) known.set(key, [...(known.get(key) ?? []), { value: instruction, block }])
        else replacements.set(instruction, earlier.value)
        return earlier === undefined
      })
    }
    replaceOperands(fn, replacements)
    return replacements.size > 0
  },
}

/** Equal for instructions that yield the same value; undefined for those that may not. */
function keyOf(instruction: Instruction): string | undefined {
  const operands = operandsOf(instruction).map(textOf).join(' ')
  switch (instruction.kind) {
    case 'binary':
      return `${instruction.operator} ${instruction.type} ${operands}`
    case 'compare':
      return `${instruction.predicate} ${operands}`
    case 'convert':
      return `${instruction.operator} ${instruction.type} ${operands}`
    case 'offset_pointer':
      return `offset ${operands}`
    case 'load':
      return instruction.pointer.type === 'ptr.context' ? `load ${instruction.type} ${operands} ${instruction.offset}` : undefined
    case 'call':
      return isSteady(instruction.helper) ? `call ${instruction.helper} ${operands}` : undefined
    case 'map':
      return `map ${instruction.map}`
    case 'map_value':
      return `map_value ${instruction.map} ${instruction.offset}`
    case 'late_constant':
      return `late ${instruction.name}`
    case 'relocation':
      return `relocation ${instruction.question} ${instruction.path}`
    case 'function':
      return `function ${instruction.target.name}`
    default:
      return undefined
  }
}

const textOf = (operand: Operand): string => (operand.kind === 'constant' ? `${operand.type}:${operand.value}` : `%${operand.id}`)
