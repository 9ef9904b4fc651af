/**
 * Where one side of a branch only puts constants into registers before both meet, the constants go in front of the branch: the
 * other side overwrites them, and nobody has to jump over anything. Not for a side that is seldom taken, as the usual way would
 * pay. Gain in bench/codegen: two slots in each of `hist` and its like.
 */
import { LD_IMM64 } from '../../../format/asm/opcodes.ts'
import { liveOut } from './liveness.ts'
import { isRematerialisable, type MachineBlock, type MachineFunction, successorsOf, usesOf } from './machine.ts'

/** Before register allocation, in place. */
export function hoistConstants(machine: MachineFunction): void {
  const entries = entryCounts(machine)
  let live: ReturnType<typeof liveOut> | undefined
  for (const block of machine.blocks) {
    const { end } = block
    if (end.kind !== 'branch' || end.taken === end.next) continue
    const side = [end.next, end.taken].find((candidate) => entries.get(candidate) === 1 && isConstantSide(candidate, block))
    if (side === undefined) continue
    live ??= liveOut(machine)
    // What the other side needs from here, and what the test reads, must not be overwritten.
    const needed = live.get(block)
    const tested = usesOf(end.test)
    if (side.instructions.some(({ dst }) => needed?.has(dst) === true || tested.includes(dst))) continue
    block.instructions.push(...side.instructions)
    side.instructions = []
  }
}

/** At most so many constants: the other side makes them in vain. */
const MOST_CONSTANTS = 1

function isConstantSide(side: MachineBlock, block: MachineBlock): boolean {
  if (side.end.kind !== 'jump' || (side.cold && !block.cold)) return false
  const { instructions } = side
  if (instructions.length === 0 || instructions.length > MOST_CONSTANTS) return false
  return instructions.every((instruction) => isRematerialisable(instruction) && instruction.opcode !== LD_IMM64)
}

function entryCounts(machine: MachineFunction): Map<MachineBlock, number> {
  const counts = new Map<MachineBlock, number>()
  for (const block of machine.blocks) for (const next of successorsOf(block)) counts.set(next, (counts.get(next) ?? 0) + 1)
  return counts
}
