/**
 * Runs random functions (`random-ir.ts`) in the interpreter, with the maps that they expect.
 */
import type { IrFunction } from '../../src/compiler/ir/ir.ts'
import { interpret, type Pointer } from './ir-interpreter.ts'
import { OUTPUTS, TABLE } from './random-ir.ts'

/** Room for whatever `place-large-slots` moves to the map `scratch`. */
const SCRATCH_BYTES = 32_768

/** What a random function leaves in memory: the outputs, then the table. */
export function runRandom(fn: IrFunction, inputs: readonly bigint[]): bigint[] {
  const out = new Uint8Array(OUTPUTS * 8)
  const entries = new Uint8Array(TABLE * 8)
  const scratch = new Uint8Array(SCRATCH_BYTES)
  const maps = new Map([
    ['in', new Uint8Array(BigUint64Array.from(inputs.map((value) => BigInt.asUintN(64, value))).buffer)],
    ['out', out],
    ['lost', new Uint8Array(8)],
  ])
  const call = (_helper: string, [map, key]: readonly unknown[]): Pointer | null => {
    if (map === 'scratch') return { memory: scratch, at: 0 }
    const { memory, at } = key as Pointer
    const index = new DataView(memory.buffer).getUint32(at, true)
    return index < TABLE ? { memory: entries, at: index * 8 } : null
  }
  interpret(fn, { context: new Uint8Array(8), maps, call })
  return [...new BigUint64Array(out.buffer), ...new BigUint64Array(entries.buffer)]
}
