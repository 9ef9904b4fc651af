/**
 * What 64-bit immediate loads become in the machine: numbers, maps, places in values, functions.
 */
import { InternalError } from '../../base/errors.ts'
import { type Instruction, PSEUDO } from '../../format/asm/instruction.ts'
import type { VmMap } from '../maps/vm-map.ts'
import { FUNCTION_HIGH, MAP_HIGH } from '../memory/layout.ts'
import type { LinearMemory } from '../memory/linear-memory.ts'
import { faultAt, type Image, indexAt } from '../program/image.ts'

/** What references are looked up in. */
export interface References {
  readonly maps: ReadonlyMap<string, VmMap>
  readonly constants: ReadonlyMap<string, bigint>
  /** Places in the table of functions, by program and first instruction. */
  readonly entries: ReadonlyMap<Image, ReadonlyMap<number, number>>
  readonly memory: LinearMemory
}

const handle = (high: number, low: number): bigint => (BigInt(high) << 32n) | BigInt(low)

/** Answers what instruction `index` of a program loads. Throws `InternalError` for a name that is not there. */
export function wideValue(references: References): (image: Image, index: number) => bigint {
  const names = [...references.maps.keys()]
  const zeroKey = references.memory.allocate(8)
  return (image, index) => {
    const { reference, src, imm } = image.input.instructions[index] as Instruction
    if (src === PSEUDO.function) {
      const start = indexAt(image, index, Number(imm))
      return handle(FUNCTION_HIGH, references.entries.get(image)?.get(start) ?? 0)
    }
    if (reference === undefined) {
      if (src === 0) return imm
      throw faultAt(image, index, { kind: 'malformed program', detail: 'it refers to a map by a descriptor, which only a kernel has' })
    }
    if (reference.kind === 'constant') return getFrom(references.constants, reference.name, 'constant')
    const map = getFrom(references.maps, reference.map, 'map')
    if (reference.kind === 'map') return handle(MAP_HIGH, names.indexOf(reference.map))
    return BigInt(map.find(zeroKey, 0) + reference.offset)
  }
}

function getFrom<T>(table: ReadonlyMap<string, T>, name: string, what: string): T {
  const found = table.get(name)
  if (found === undefined) throw new InternalError(`there is no ${what} ${name}`)
  return found
}
