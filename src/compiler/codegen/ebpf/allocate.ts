/**
 * Register allocation: colour the interference graph, spill what got no colour, and try again until everything fits.
 */
import { InternalError } from '../../../base/errors.ts'
import { colourGraph } from './colour.ts'
import { buildInterference } from './interference.ts'
import { FIRST_VIRTUAL, hasDst, hasSrc, isCopy, type MachineFunction, type MachineInstruction, type RegisterNumber } from './machine.ts'
import { spillRegisters } from './spill.ts'

/** Spilling converges in a few rounds; more is a bug. */
const MAX_ROUNDS = 32

/** Replaces all virtual registers by machine registers, in place. Throws `InternalError` when it does not converge. */
export function allocateRegisters(machine: MachineFunction): void {
  const unspillable = new Set<RegisterNumber>()
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { colours, spilled } = colourGraph(buildInterference(machine), unspillable)
    if (spilled.length === 0) {
      applyColours(machine, colours)
      return
    }
    for (const register of spillRegisters(machine, spilled)) unspillable.add(register)
  }
  throw new InternalError(`register allocation of ${machine.name} does not converge`)
}

function applyColours(machine: MachineFunction, colours: ReadonlyMap<RegisterNumber, RegisterNumber>): void {
  const colourOf = (register: RegisterNumber): RegisterNumber => {
    const colour = register < FIRST_VIRTUAL ? register : colours.get(register)
    if (colour === undefined) throw new InternalError(`register v${register} of ${machine.name} has no colour`)
    return colour
  }
  const colour = (instruction: MachineInstruction): MachineInstruction => ({
    ...instruction,
    dst: hasDst(instruction) ? colourOf(instruction.dst) : instruction.dst,
    src: hasSrc(instruction) ? colourOf(instruction.src) : instruction.src,
  })
  for (const block of machine.blocks) {
    block.instructions = block.instructions.map(colour).filter((instruction) => !isCopy(instruction) || instruction.dst !== instruction.src)
    if (block.end.kind === 'branch') block.end.test = colour(block.end.test)
  }
}
