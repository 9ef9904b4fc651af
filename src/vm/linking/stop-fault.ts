/**
 * Why translated code stopped: from the cells that it left to the fault.
 */
import type { VmFault } from '../../base/vm-fault.ts'
import type { Instruction } from '../../format/asm/instruction.ts'
import { CLASS, classOf } from '../../format/asm/opcodes.ts'
import { explainAccess } from '../execution.ts'
import { CELL } from '../memory/layout.ts'
import type { LinearMemory } from '../memory/linear-memory.ts'
import type { Regions } from '../memory/regions.ts'
import { faultAt, type Image } from '../program/image.ts'
import { bytesOf } from '../translate/access.ts'
import { STOP } from '../translate/translation.ts'

/** Where it stopped. */
export interface Stop {
  readonly image: Image
  readonly index: number
  readonly memory: LinearMemory
  readonly regions: Regions
  readonly budget: number
}

/** The fault for the kind and detail in the cells. */
export function stopFault(stop: Stop): VmFault {
  const { image, index, memory, budget } = stop
  const detail = memory.view.getBigUint64(CELL.faultDetail, true)
  switch (memory.words[CELL.faultKind >> 2]) {
    case STOP.budget:
      return faultAt(image, index, { kind: 'budget exhausted', detail: `more than ${budget} instructions were run` })
    case STOP.depth:
      return faultAt(image, index, { kind: 'stack overflow', detail: 'calls are nested more than 8 deep' })
    case STOP.uninitialised:
      return faultAt(image, index, { kind: 'uninitialised register', detail: `${namesOf(detail)} was read before it was written` })
    case STOP.misaligned:
      return faultAt(image, index, {
        kind: 'misaligned',
        detail: `an atomic access at 0x${detail.toString(16)}, which is no multiple of its size`,
        address: detail,
      })
    default:
      return accessFault(stop, detail)
  }
}

function accessFault({ image, index, regions }: Stop, address: bigint): VmFault {
  const instruction = image.input.instructions[index] as Instruction
  const access = classOf(instruction.opcode) === CLASS.ldx ? 'read' : 'write'
  return faultAt(image, index, { ...explainAccess(regions, address, { size: bytesOf(instruction), access }), address })
}

/** The registers of a set of bits. */
function namesOf(registers: bigint): string {
  const names = Array.from({ length: 11 }, (_, number) => number)
    .filter((number) => (registers >> BigInt(number)) & 1n)
    .map((number) => `r${number}`)
  return names.join(' and ')
}
