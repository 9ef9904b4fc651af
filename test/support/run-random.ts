/**
 * Runs random functions (`random-ir.ts`) in the interpreter, with the maps that they expect.
 */
import type { IrFunction } from '../../src/compiler/ir/ir.ts'
import { interpret, type Pointer } from './ir-interpreter.ts'
import { RECORD_SIZE, TABLE } from './random-ir/memory.ts'
import { OUTPUTS } from './random-ir.ts'

/** Room for whatever `place-large-slots` moves to the map `scratch`. */
const SCRATCH_BYTES = 32_768

/** The 64-bit words of some bytes. */
export const wordsIn = (bytes: Uint8Array): bigint[] => [...new BigUint64Array(Uint8Array.from(bytes).buffer)]

/** What a random function leaves: the outputs, then the table, then the records that it sent. */
export function runRandom(fn: IrFunction, inputs: readonly bigint[]): bigint[] {
  const out = new Uint8Array(OUTPUTS * 8)
  const entries = new Uint8Array(TABLE * 8)
  const scratch = new Uint8Array(SCRATCH_BYTES)
  const records: bigint[] = []
  const maps = new Map([
    ['in', new Uint8Array(BigUint64Array.from(inputs.map((value) => BigInt.asUintN(64, value))).buffer)],
    ['out', out],
    ['lost', new Uint8Array(8)],
  ])
  const call = (helper: string, [first, second, third]: readonly unknown[]): bigint | Pointer | null => {
    switch (helper) {
      case 'ringbuf_reserve':
        return { memory: new Uint8Array(RECORD_SIZE), at: 0 }
      case 'ringbuf_submit':
        records.push(...wordsIn((first as Pointer).memory))
        return 0n
      case 'ringbuf_discard':
        return 0n
      case 'map_lookup_elem':
        return first === 'scratch' ? { memory: scratch, at: 0 } : entryOf(entries, second as Pointer)
      case 'probe_read_kernel':
        return readKernel(first as Pointer, Number(second), third as bigint | Pointer)
      default:
        throw new Error(`no helper ${helper}`)
    }
  }
  interpret(fn, { context: new Uint8Array(8), maps, call })
  return [...wordsIn(out), ...wordsIn(entries), ...records]
}

function entryOf(entries: Uint8Array, { memory, at }: Pointer): Pointer | null {
  const index = new DataView(memory.buffer).getUint32(at, true)
  return index < TABLE ? { memory: entries, at: index * 8 } : null
}

/** Copies, or zeroes what it cannot read. */
function readKernel(target: Pointer, size: number, source: bigint | Pointer): bigint {
  const bytes = typeof source === 'bigint' ? new Uint8Array(size) : source.memory.slice(source.at, source.at + size)
  target.memory.set(bytes, target.at)
  return 0n
}
