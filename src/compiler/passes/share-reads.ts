/**
 * Reads memory once: a map entry that was looked up by the same key, a value that was read from or written to the same place, a
 * stack slot that holds what another holds already. Only along ways that do not meet others. Without it `latency` of bench/codegen takes a
 * lookup, 11 slots (of 78) and 8 instructions a run more.
 */
import { predecessorsByBlock } from '../ir/control-flow.ts'
import { computeDominators } from '../ir/dominators.ts'
import type { Block, Call, Instruction, IntegerType, Operand } from '../ir/ir.ts'
import { memoryEffectOf } from '../ir/memory-effects.ts'
import { mapOperands, replaceOperands } from '../ir/operands.ts'
import { MemoryState, placeOf } from './memory-state.ts'
import type { Pass } from './pass.ts'

/** The pass. */
export const shareReads: Pass = {
  name: 'share-reads',
  run(fn) {
    const predecessors = predecessorsByBlock(fn)
    const states = new Map<Block, MemoryState>()
    const sharing: Sharing = { replacements: new Map(), changed: false }
    for (const [index, block] of computeDominators(fn).order.entries()) {
      const [before, ...others] = predecessors.get(block) ?? []
      const inherited = before === undefined || others.length > 0 ? undefined : states.get(before)
      const state = inherited?.copy() ?? new MemoryState(index === 0 ? 'entry' : 'join')
      block.instructions = block.instructions.filter((instruction) => visit(instruction, state, sharing) === 'kept')
      states.set(block, state)
    }
    replaceOperands(fn, sharing.replacements)
    return sharing.changed || sharing.replacements.size > 0
  },
}

interface Sharing {
  readonly replacements: Map<Operand, Operand>
  changed: boolean
}

function visit(instruction: Instruction, state: MemoryState, sharing: Sharing): 'kept' | 'shared' {
  mapOperands(instruction, (operand) => sharing.replacements.get(operand) ?? operand)
  switch (instruction.kind) {
    case 'load': {
      const place = placeOf(instruction.pointer, instruction.offset)
      if (place.base.type === 'ptr.context') return 'kept'
      const known = state.valueAt(place, instruction.type as IntegerType)
      if (known === undefined) state.remember(place, instruction.type as IntegerType, instruction)
      else sharing.replacements.set(instruction, known)
      return known === undefined ? 'kept' : 'shared'
    }
    case 'store':
      state.store(placeOf(instruction.pointer, instruction.offset), instruction.value.type as IntegerType, instruction.value)
      return 'kept'
    case 'zero':
      state.zero(placeOf(instruction.pointer, instruction.offset), instruction.size)
      return 'kept'
    case 'copy':
      state.overwrite(placeOf(instruction.target))
      return 'kept'
    case 'atomic':
      state.overwrite(placeOf(instruction.pointer))
      return 'kept'
    case 'call':
      return visitCall(instruction, state, sharing)
    case 'call_function':
    case 'call_kfunc':
      state.clear()
      return 'kept'
    default:
      return 'kept'
  }
}

function visitCall(call: Call, state: MemoryState, sharing: Sharing): 'kept' | 'shared' {
  const effect = memoryEffectOf(call.helper)
  if (effect.kind === 'anything') {
    state.clear()
    return 'kept'
  }
  call.arguments = call.arguments.map((argument, index) => {
    if (argument.kind !== 'stack_slot' || (effect.kind === 'argument' && effect.index === index)) return argument
    const first = state.firstWithContentOf(argument)
    if (first !== argument) sharing.changed = true
    return first
  })
  const [map, second] = call.arguments
  if (effect.kind === 'argument') {
    const target = call.arguments[effect.index]
    if (target !== undefined) state.overwrite(placeOf(target))
  } else if (effect.kind === 'map') {
    if (map?.kind === 'map') state.changeMap(map.map)
    else state.clear()
  } else if (call.helper === 'map_lookup_elem' && map?.kind === 'map' && second?.kind === 'stack_slot') {
    const content = state.contentOf(second)
    const known = state.lookup(map.map, content)
    if (known === undefined) state.rememberLookup(map.map, content, call)
    else sharing.replacements.set(call, known)
    return known === undefined ? 'kept' : 'shared'
  }
  return 'kept'
}
