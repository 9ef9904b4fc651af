/**
 * Lets stack slots that are never in use together share their place: keys and values of map operations, mostly. A slot is
 * in use from its first to its last mention in an order of blocks in which control only moves forward; a loop in which it is
 * mentioned counts as a whole.
 */
import { predecessorsByBlock } from '../ir/control-flow.ts'
import { computeDominators, type Dominators, loopMembers } from '../ir/dominators.ts'
import type { Block, Instruction, IrFunction, Operand, StackSlot, Terminator } from '../ir/ir.ts'
import { replaceOperands, usesByOperand } from '../ir/operands.ts'
import { placeOf } from './memory-state.ts'
import type { Pass } from './pass.ts'

/** The pass. It comes late: shared slots cannot become values any more. */
export const shareSlots: Pass = {
  name: 'share-slots',
  run(fn) {
    const entry = fn.blocks[0] as Block
    const slots = entry.instructions.filter((instruction) => instruction.kind === 'stack_slot')
    if (slots.length < 2) return false
    const intervals = slotIntervals(fn, slots)
    const replacements = assignPlaces(fn, intervals)
    if (replacements.size === 0) return false
    replaceOperands(fn, replacements)
    const kept = entry.instructions.filter((instruction) => !replacements.has(instruction as StackSlot))
    entry.instructions = [...new Set(replacements.values()), ...kept]
    return true
  },
}

/** Positions of the first and last mention. */
interface Interval {
  readonly slot: StackSlot
  readonly start: number
  readonly end: number
}

function slotIntervals(fn: IrFunction, slots: readonly StackSlot[]): Interval[] {
  const dominators = computeDominators(fn)
  const uses = usesByOperand(fn)
  const extents = blockExtents(fn, dominators)
  const positions = new Map<Instruction | Terminator, Position>()
  let at = 0
  const bounds = new Map<Block, { readonly first: number; readonly last: number }>()
  for (const block of dominators.order) {
    const first = at
    for (const node of [...block.instructions, block.terminator]) if (node !== undefined) positions.set(node, { block, at: at++ })
    bounds.set(block, { first, last: at - 1 })
  }
  return slots.map((slot) => {
    let [start, end] = [Number.POSITIVE_INFINITY, hasAddressTaken(slot, uses) ? Number.POSITIVE_INFINITY : -1]
    for (const { block, at: position } of mentions(slot, uses, positions)) {
      const loop = extents.get(block)
      const first = loop === undefined ? position : (bounds.get(loop.first)?.first ?? position)
      const last = loop === undefined ? position : (bounds.get(loop.last)?.last ?? position)
      start = Math.min(start, first)
      end = Math.max(end, last)
    }
    return { slot, start, end }
  })
}

/** A number that was made of an address may be read through at any time. */
function hasAddressTaken(pointer: Operand, uses: ReadonlyMap<Operand, readonly (Instruction | Terminator)[]>): boolean {
  return (uses.get(pointer) ?? []).some(
    (user) => (user.kind === 'convert' && user.operator === 'address') || (user.kind === 'offset_pointer' && hasAddressTaken(user, uses)),
  )
}

interface Position {
  readonly block: Block
  readonly at: number
}

/** Where a slot, or a pointer made from it, is read. A phi reads it where it comes from. */
function* mentions(
  pointer: Operand,
  uses: ReadonlyMap<Operand, readonly (Instruction | Terminator)[]>,
  positions: ReadonlyMap<Instruction | Terminator, Position>,
  seen = new Set<Operand>(),
): Generator<Position> {
  if (seen.has(pointer)) return
  seen.add(pointer)
  for (const user of uses.get(pointer) ?? []) {
    const position = positions.get(user)
    if (position === undefined) continue
    yield position
    if (user.kind === 'phi') {
      for (const { block } of user.incoming) if (block.terminator !== undefined) yield positions.get(block.terminator) ?? position
    }
    if (user.kind === 'offset_pointer' || user.kind === 'phi') yield* mentions(user, uses, positions, seen)
    // Whoever gets the memory that a pointer was left in may follow it.
    if (user.kind === 'store' && user.value === pointer) yield* mentions(placeOf(user.pointer).base, uses, positions, seen)
  }
}

interface Extent {
  readonly first: Block
  readonly last: Block
}

/** For each block in a loop, the first and last block of the outermost loop around it. */
function blockExtents(fn: IrFunction, dominators: Dominators): Map<Block, Extent> {
  const number = new Map(dominators.order.map((block, index) => [block, index]))
  const predecessors = predecessorsByBlock(fn)
  const extents = new Map<Block, Extent>()
  for (const header of dominators.order) {
    const latches = (predecessors.get(header) ?? []).filter((from) => dominators.dominates(header, from))
    if (latches.length === 0) continue
    const members = [...loopMembers(header, latches, predecessors)]
    const last = members.reduce((a, b) => ((number.get(b) ?? 0) > (number.get(a) ?? 0) ? b : a))
    // Headers come in order, so the outermost loop is seen first.
    for (const member of members) if (!extents.has(member)) extents.set(member, { first: header, last })
  }
  return extents
}

/** Gives each slot a place, in order of first mention; the smallest free place that is large enough, else the largest, grown. */
function assignPlaces(fn: IrFunction, intervals: readonly Interval[]): Map<StackSlot, StackSlot> {
  const places: { members: StackSlot[]; size: number; end: number }[] = []
  for (const { slot, start, end } of intervals.toSorted((a, b) => a.start - b.start)) {
    const free = places.filter((place) => place.end < start).sort((a, b) => a.size - b.size)
    const place = free.find(({ size }) => size >= slot.size) ?? free.at(-1)
    if (place === undefined) places.push({ members: [slot], size: slot.size, end })
    else {
      place.members.push(slot)
      place.size = Math.max(place.size, slot.size)
      place.end = end
    }
  }
  return new Map(places.flatMap(({ members, size }) => asOneSlot(fn, members, size)))
}

/** Maps the members of a place to one new slot; a slot that is alone stays as it is. */
function asOneSlot(fn: IrFunction, members: readonly StackSlot[], size: number): [StackSlot, StackSlot][] {
  const [first, ...others] = members
  if (first === undefined || others.length === 0) return []
  const place = { ...first, id: fn.nextId++, size, name: members.map(({ name }) => name).join('+') }
  return members.map((member) => [member, place])
}
