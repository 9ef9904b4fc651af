/**
 * Places in the stack frame. Slots of the program lie one after another; spilled registers that are not in use at the same
 * time share eight bytes.
 */
import { CLASS, classOf } from '../../../format/asm/opcodes.ts'
import { BitSet } from './liveness.ts'
import { type FrameObject, type MachineBlock, type MachineInstruction, type SpillSlot, successorsOf } from './machine.ts'

/** Where everything lies. */
export interface FrameLayout {
  /** Offsets from r10, negative. */
  readonly offsets: ReadonlyMap<FrameObject, number>
  /** Bytes in use; the kernel refuses more than 512. */
  readonly size: number
  /** Bytes of it that hold spilled registers. */
  readonly spillSize: number
}

/** Lays out what the blocks mention. */
export function layOutFrame(blocks: readonly MachineBlock[]): FrameLayout {
  const objects = new Set<FrameObject>()
  for (const block of blocks) for (const { frame } of block.instructions) if (frame !== undefined) objects.add(frame)
  const spills = [...objects].filter((object) => object.kind === 'spill_slot')
  const offsets = new Map<FrameObject, number>()
  let size = 0
  for (const [spill, place] of shareSpillSlots(blocks, spills)) {
    offsets.set(spill, -8 * (place + 1))
    size = Math.max(size, 8 * (place + 1))
  }
  const spillSize = size
  for (const object of objects) {
    if (object.kind === 'spill_slot') continue
    size += Math.ceil(object.size / 8) * 8
    offsets.set(object, -size)
  }
  return { offsets, size, spillSize }
}

/** Numbers places for spill slots, so that those in use together have different ones. */
function shareSpillSlots(blocks: readonly MachineBlock[], spills: readonly SpillSlot[]): Map<SpillSlot, number> {
  const numbers = new Map(spills.map((spill, index) => [spill as FrameObject, index]))
  const conflicts = spillConflicts(blocks, numbers)
  const places: number[] = []
  for (const [index] of spills.entries()) {
    const taken = new Set<number | undefined>()
    conflicts[index]?.visit((other) => {
      taken.add(places[other])
    })
    let place = 0
    while (taken.has(place)) place++
    places.push(place)
  }
  return new Map(spills.map((spill, index) => [spill, places[index] ?? 0]))
}

function spillConflicts(blocks: readonly MachineBlock[], numbers: ReadonlyMap<FrameObject, number>): BitSet[] {
  const conflicts = [...numbers].map(() => new BitSet(numbers.size))
  if (numbers.size === 0) return conflicts
  const into = new Map(blocks.map((block) => [block, new BitSet(numbers.size)]))
  const walk = (block: MachineBlock, onWrite: (written: number, live: BitSet) => void): BitSet => {
    const live = new BitSet(numbers.size)
    for (const successor of successorsOf(block)) live.addAll(into.get(successor) ?? new BitSet(numbers.size))
    for (const instruction of block.instructions.toReversed()) {
      const number = instruction.frame === undefined ? undefined : numbers.get(instruction.frame)
      if (number === undefined) continue
      if (isWrite(instruction)) {
        onWrite(number, live)
        live.delete(number)
      } else live.add(number)
    }
    return live
  }
  for (let changed = true; changed; ) {
    changed = false
    for (const block of blocks.toReversed()) if (into.get(block)?.addAll(walk(block, () => {})) === true) changed = true
  }
  for (const block of blocks) {
    walk(block, (written, live) => {
      live.visit((other) => {
        if (other === written) return
        conflicts[written]?.add(other)
        conflicts[other]?.add(written)
      })
    })
  }
  return conflicts
}

const isWrite = ({ opcode }: MachineInstruction): boolean => classOf(opcode) === CLASS.stx || classOf(opcode) === CLASS.st
