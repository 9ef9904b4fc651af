/**
 * Turns stack slots into SSA values. A slot is cut into cells, one per place and type that is loaded or stored whole; phis
 * go to the dominance frontiers of the stores (Cytron et al., 1991). What was never written reads as 0.
 */

import { predecessorsByBlock } from '../ir/control-flow.ts'
import { computeDominators, type Dominators, dominanceFrontiers } from '../ir/dominators.ts'
import {
  type Block,
  constant,
  type Instruction,
  type IntegerType,
  type IrFunction,
  type Operand,
  type Phi,
  type StackSlot,
} from '../ir/ir.ts'
import { replaceOperands, usesByOperand } from '../ir/operands.ts'
import { bytesOf } from '../ir/types.ts'
import { dropUnreachable } from './graph-edits.ts'
import type { Pass } from './pass.ts'
import { type SlotAccess, slotUsage } from './slot-accesses.ts'

/** A variable: one place in a slot. */
interface Cell {
  readonly slot: StackSlot
  readonly offset: number
  readonly type: IntegerType
}

/** What the promoted instructions do: read one cell, or write some. */
interface Promotion {
  readonly cells: Cell[]
  readonly reads: Map<Instruction, Cell>
  readonly writes: Map<Instruction, Cell[]>
}

/** The pass. */
export const promoteSlots: Pass = {
  name: 'promote-slots',
  run(fn) {
    const dropped = dropUnreachable(fn)
    const promotion = choosePromotions(fn)
    if (promotion.reads.size === 0 && promotion.writes.size === 0) return dropped
    const dominators = computeDominators(fn)
    rename(fn, { promotion, dominators, phis: placePhis(fn, promotion, dominators) })
    return true
  },
}

function choosePromotions(fn: IrFunction): Promotion {
  const promotion: Promotion = { cells: [], reads: new Map(), writes: new Map() }
  const uses = usesByOperand(fn)
  for (const slot of fn.blocks[0]?.instructions ?? []) {
    if (slot.kind !== 'stack_slot') continue
    const { accesses, escapes } = slotUsage(slot, uses)
    const cells = escapes ? undefined : cellsOf(slot, accesses)
    if (cells !== undefined) promote(promotion, cells, accesses)
  }
  return promotion
}

/** The cells of a slot, or undefined when its accesses overlap in part or move whole ranges. */
function cellsOf(slot: StackSlot, accesses: readonly SlotAccess[]): Cell[] | undefined {
  const cells = new Map<number, Cell>()
  for (const access of accesses) {
    if (access.kind === 'copy-in' || access.kind === 'copy-out') return undefined
    if (access.kind === 'zero') continue
    const known = cells.get(access.offset)
    if (known !== undefined && known.type !== access.type) return undefined
    cells.set(access.offset, { slot, offset: access.offset, type: access.type })
  }
  const sorted = [...cells.values()].sort((a, b) => a.offset - b.offset)
  const overlap = sorted.some((cell, index) => index > 0 && endOf(sorted[index - 1] as Cell) > cell.offset)
  const cut = accesses.some((access) => access.kind === 'zero' && sorted.some((cell) => isCut(cell, access)))
  return overlap || cut ? undefined : sorted
}

const endOf = (cell: Cell): number => cell.offset + bytesOf(cell.type)
const isInside = (cell: Cell, range: SlotAccess): boolean => cell.offset >= range.offset && endOf(cell) <= range.offset + range.size
const isOutside = (cell: Cell, range: SlotAccess): boolean => endOf(cell) <= range.offset || cell.offset >= range.offset + range.size
const isCut = (cell: Cell, range: SlotAccess): boolean => !isInside(cell, range) && !isOutside(cell, range)

function promote(promotion: Promotion, cells: readonly Cell[], accesses: readonly SlotAccess[]): void {
  promotion.cells.push(...cells)
  for (const access of accesses) {
    const covered = cells.filter((cell) => isInside(cell, access))
    if (access.kind === 'load') promotion.reads.set(access.node, covered[0] as Cell)
    else promotion.writes.set(access.node, covered)
  }
}

type PhisByBlock = Map<Block, Map<Cell, Phi>>

function placePhis(fn: IrFunction, promotion: Promotion, dominators: Dominators): PhisByBlock {
  const frontiers = dominanceFrontiers(fn, dominators)
  const phis: PhisByBlock = new Map(fn.blocks.map((block) => [block, new Map()]))
  for (const [cell, writers] of writersByCell(fn, promotion)) {
    const pending = [...writers]
    for (let block = pending.pop(); block !== undefined; block = pending.pop()) {
      for (const join of frontiers.get(block) ?? []) {
        const here = phis.get(join)
        if (here === undefined || here.has(cell)) continue
        here.set(cell, { kind: 'phi', id: fn.nextId++, type: cell.type, incoming: [] })
        pending.push(join)
      }
    }
  }
  return phis
}

function writersByCell(fn: IrFunction, promotion: Promotion): Map<Cell, Set<Block>> {
  const writers = new Map<Cell, Set<Block>>(promotion.cells.map((cell) => [cell, new Set()]))
  for (const block of fn.blocks) {
    for (const instruction of block.instructions) for (const cell of promotion.writes.get(instruction) ?? []) writers.get(cell)?.add(block)
  }
  return writers
}

function rename(
  fn: IrFunction,
  work: { readonly promotion: Promotion; readonly dominators: Dominators; readonly phis: PhisByBlock },
): void {
  const { promotion, dominators, phis } = work
  /** What each block leaves in the cells that it writes; the others are as its dominator leaves them. */
  const written = new Map<Block, Map<Cell, Operand>>()
  const replacements = new Map<Operand, Operand>()
  const valueIn = (block: Block, cell: Cell): Operand => {
    for (let at: Block | undefined = block; at !== undefined; at = dominators.immediate(at)) {
      const value = written.get(at)?.get(cell)
      if (value !== undefined) return value
    }
    return constant(cell.type, 0)
  }
  for (const block of dominators.order) {
    const state = new Map<Cell, Operand>(phis.get(block))
    written.set(block, state)
    for (const instruction of block.instructions) {
      const read = promotion.reads.get(instruction)
      if (read !== undefined) replacements.set(instruction, valueIn(block, read))
      for (const cell of promotion.writes.get(instruction) ?? [])
        state.set(cell, instruction.kind === 'store' ? instruction.value : constant(cell.type, 0))
    }
  }
  const predecessors = predecessorsByBlock(fn)
  for (const block of fn.blocks) {
    const placed = phis.get(block) ?? new Map<Cell, Phi>()
    for (const [cell, phi] of placed) {
      phi.incoming = [...new Set(predecessors.get(block))].map((from) => ({
        block: from,
        value: valueIn(from, cell),
      }))
    }
    const kept = block.instructions.filter((instruction) => !promotion.reads.has(instruction) && !promotion.writes.has(instruction))
    block.instructions = [...placed.values(), ...kept]
  }
  replaceOperands(fn, replacements)
}
