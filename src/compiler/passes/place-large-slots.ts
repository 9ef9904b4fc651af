/**
 * Moves stack slots that do not fit the 512 bytes of stack to scratch memory: a per-CPU array of one entry that belongs to
 * this program alone and holds some copies of its large slots. A run takes a free copy, because a program may interrupt
 * itself on its CPU, and on preemptible kernels tasks interleave in any order. When no copy is free the event is counted
 * as lost. Slots keep whatever was in them before, as on the stack.
 */
import type { HelperName } from '../../format/asm/helpers.ts'
import { successorsOf, terminatorOf } from '../ir/control-flow.ts'
import { computeDominators, type Dominators } from '../ir/dominators.ts'
import { type Block, constant, type Instruction, type IrFunction, type Operand, type StackSlot, type Terminator } from '../ir/ir.ts'
import { operandsOf, replaceOperands, usesByOperand } from '../ir/operands.ts'
import { TooLarge } from '../too-large.ts'
import { emitAcquisition, emitRelease, MAX_LEVELS, type ScratchLayout } from './scratch-levels.ts'

/** What moved: the map that the program needs now. */
export interface ScratchPlacement {
  readonly map: string
  readonly valueSize: number
}

/**
 * Leaves at most `room` bytes of slots on the stack, moving the largest away. Answers the map to create, or undefined when
 * everything fits.
 */
export function placeLargeSlots(
  fn: IrFunction,
  options: { readonly map: string; readonly room: number; readonly lossMap: string },
): ScratchPlacement | undefined {
  const large = chooseSlots(fn, options.room)
  if (large.length === 0) return undefined
  const layout = layOut(options.map, large)
  moveSlots(fn, layout, options.lossMap)
  return { map: layout.map, valueSize: layout.levelsAt + layout.levels * layout.stride }
}

/** The kernel's limit for a value of a per-CPU map (PCPU_MIN_UNIT_SIZE). */
const LARGEST_VALUE = 32768
/** The word that says which levels are taken stands first. */
const LEVELS_AT = 8

const SMALLER = 'use fewer or shorter strings'

const rounded = (size: number): number => Math.ceil(size / 8) * 8

/** Helpers that hand a place on the stack to a callback. */
const HANDS_OVER: ReadonlySet<HelperName> = new Set(['for_each_map_elem', 'loop'])

/** The largest slots, until the rest fits. The kernel takes an iterator, and what it hands to a callback, on the stack only. */
function chooseSlots(fn: IrFunction, room: number): StackSlot[] {
  const uses = usesByOperand(fn)
  const slots = (fn.blocks[0]?.instructions ?? []).filter((instruction) => instruction.kind === 'stack_slot')
  const isHandedOver = (slot: StackSlot) =>
    (uses.get(slot) ?? []).some((user) => user.kind === 'call_kfunc' || (user.kind === 'call' && HANDS_OVER.has(user.helper)))
  let total = slots.reduce((sum, slot) => sum + rounded(slot.size), 0)
  const chosen: StackSlot[] = []
  for (const slot of slots.toSorted((a, b) => b.size - a.size)) {
    if (total <= room) break
    if (isHandedOver(slot)) continue
    chosen.push(slot)
    total -= rounded(slot.size)
  }
  return chosen
}

function layOut(map: string, slots: readonly StackSlot[]): ScratchLayout & { readonly offsets: ReadonlyMap<StackSlot, number> } {
  const offsets = new Map<StackSlot, number>()
  let stride = 0
  for (const slot of slots) {
    offsets.set(slot, stride)
    stride += rounded(slot.size)
  }
  const levels = Math.min(MAX_LEVELS, Math.floor((LARGEST_VALUE - LEVELS_AT) / stride))
  if (levels === 0) {
    const [message, hint] = [`its local values take ${stride} bytes, more than the ${LARGEST_VALUE - LEVELS_AT} there are`, SMALLER]
    throw new TooLarge(message, hint)
  }
  return { map, stride, levels, levelsAt: LEVELS_AT, offsets }
}

function moveSlots(fn: IrFunction, layout: ScratchLayout & { readonly offsets: ReadonlyMap<StackSlot, number> }, lossMap: string): void {
  const place = acquisitionBlock(fn, layout.offsets)
  const level = emitAcquisition(fn, place, { layout, lossMap })
  const replacements = new Map<Operand, Operand>()
  const pointers = [...layout.offsets].map(([slot, offset]) => {
    const pointer = {
      kind: 'offset_pointer',
      id: fn.nextId++,
      type: 'ptr.map_value',
      span: slot.span,
      pointer: level.memory,
      offset: constant('i64', offset),
    } as const
    replacements.set(slot, pointer)
    return pointer
  })
  replaceOperands(fn, replacements)
  retypePointers(fn)
  level.body.instructions.unshift(...pointers)
  const entry = fn.blocks[0] as Block
  entry.instructions = entry.instructions.filter((instruction) => instruction.kind !== 'stack_slot' || !layout.offsets.has(instruction))
  for (const block of computeDominators(fn).order) {
    if (terminatorOf(block).kind === 'return' && computeDominators(fn).dominates(level.body, block))
      emitRelease(fn, block, { layout, level })
  }
}

/** Pointers derived from a moved slot point into a map's memory now. */
function retypePointers(fn: IrFunction): void {
  for (let changed = true; changed; ) {
    changed = false
    for (const block of fn.blocks) {
      for (const instruction of block.instructions) {
        const source =
          instruction.kind === 'offset_pointer'
            ? instruction.pointer
            : instruction.kind === 'phi'
              ? instruction.incoming.find(({ value }) => value !== instruction)?.value
              : undefined
        if (source === undefined || instruction.type !== 'ptr.stack' || source.type !== 'ptr.map_value') continue
        instruction.type = 'ptr.map_value'
        changed = true
      }
    }
  }
}

/**
 * Where scratch is taken: as late as possible, so that hits which a filter drops pay nothing. Every use must lie behind it,
 * and every way from it must end behind it too, so that what is taken is given back.
 */
function acquisitionBlock(fn: IrFunction, slots: ReadonlyMap<StackSlot, number>): Block {
  const dominators = computeDominators(fn)
  const users = dominators.order.flatMap((block) =>
    [...block.instructions, terminatorOf(block)].flatMap((node) => usingBlocks(block, node, slots)),
  )
  let place = users.reduce((a, b) => commonDominator(dominators, a, b))
  for (let next = dominators.immediate(place); next !== undefined && !isClosed(dominators, place); next = dominators.immediate(place))
    place = next
  return place
}

/** The blocks in which a node uses one of the slots; a phi does so where it comes from. */
function usingBlocks(block: Block, node: Instruction | Terminator, slots: ReadonlyMap<StackSlot, number>): Block[] {
  if (node.kind === 'phi') return node.incoming.filter(({ value }) => slots.has(value as StackSlot)).map((entry) => entry.block)
  // Whoever finds no scratch returns at once: that must not be while an iterator is open.
  return node.kind === 'call_kfunc' || operandsOf(node).some((operand) => slots.has(operand as StackSlot)) ? [block] : []
}

function commonDominator(dominators: Dominators, a: Block, b: Block): Block {
  let at: Block | undefined = a
  while (at !== undefined && !dominators.dominates(at, b)) at = dominators.immediate(at)
  return at ?? (dominators.order[0] as Block)
}

/** True when whatever is reached from a block is dominated by it, and it is not in a loop. */
function isClosed(dominators: Dominators, place: Block): boolean {
  const inside = (block: Block) => dominators.dominates(place, block)
  return dominators.order.filter(inside).every((block) => successorsOf(block).every((next) => inside(next) && next !== place))
}
