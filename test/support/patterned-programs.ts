/**
 * Programs whose events are 1 KB of a pattern, for tests of what interrupts what: every word says which program made it, in which
 * run and at which place, so that a byte of another event cannot hide.
 */
import { FunctionBuilder } from '../../src/compiler/ir/builder.ts'
import type { IrFunction, Operand } from '../../src/compiler/ir/ir.ts'
import { emitRecord } from '../../src/compiler/lowering/emit-record.ts'
import type { MapSpec } from '../../src/spec/map-spec.ts'

/** Bytes of an event. */
const EVENT_SIZE = 1024
/** The ring buffer that events go to. */
export const EVENTS = 'events'
/** Memory of a CPU that two programs share, as no compiled program does. */
export const SHARED: MapSpec = { name: 'shared', kind: 'percpu_array', keySize: 4, valueSize: 2 * EVENT_SIZE, maxEntries: 1 }

/** The counter of a program's runs: a one-entry array of 8 bytes. */
export const runsOf = (tag: number): string => `runs_${tag}`

/**
 * A program that counts its runs, fills 1 KB with its pattern, copies it, and sends the copy. Both lie where the compiler puts values
 * that are too large for the stack; with `memory: 'shared'`, in the memory of `SHARED`.
 */
export function patternedProgram(name: string, tag: number, memory: 'own' | 'shared'): IrFunction {
  const builder = new FunctionBuilder(name)
  const run = builder.atomicFetch('add', builder.mapValue(runsOf(tag)), builder.i64(1))
  const first = builder.binary('or', builder.binary('and', run, builder.i64(0xffff_ffff)), builder.i64(BigInt(tag) << 32n))
  withMemory(builder, memory, (pattern, copied) => {
    fill(builder, pattern, first)
    builder.copy(copied, pattern, EVENT_SIZE)
    emitRecord(builder, { map: EVENTS, layout: { size: EVENT_SIZE, fields: [] } }, (record) => builder.copy(record, copied, EVENT_SIZE))
  })
  builder.return(builder.i64(0))
  return builder.function
}

function withMemory(builder: FunctionBuilder, memory: 'own' | 'shared', body: (pattern: Operand, copied: Operand) => void): void {
  if (memory === 'own') {
    body(builder.stackSlot('pattern', EVENT_SIZE), builder.stackSlot('copied', EVENT_SIZE))
    return
  }
  const key = builder.stackSlot('key', 4)
  builder.store(key, builder.constant('i32', 0))
  const shared = builder.call('map_lookup_elem', [builder.map(SHARED.name), key], 'ptr.map_value')
  builder.when(builder.isNotNull(shared), () => body(shared, builder.at(shared, EVENT_SIZE)))
}

/** Word after word: the run in the low half, the tag in the next byte, the word's index above. */
function fill(builder: FunctionBuilder, pattern: Operand, first: Operand): void {
  const at = builder.stackSlot('at', 8)
  builder.store(at, builder.i64(0))
  const [head, body, done] = [builder.block('head'), builder.block('body'), builder.block('done')]
  builder.jump(head)
  builder.moveTo(head)
  const offset = builder.load('i64', at)
  builder.branch(builder.compare('ult', offset, builder.i64(EVENT_SIZE)), body, done)
  builder.moveTo(body)
  const index = builder.binary('shl', offset, builder.i64(INDEX_SHIFT - 3))
  builder.store(builder.offsetPointer(pattern, offset), builder.binary('add', first, index))
  builder.store(at, builder.binary('add', offset, builder.i64(8)))
  builder.jump(head)
  builder.moveTo(done)
}
const INDEX_SHIFT = 40

/** The tag of the program that sent an event whose every word is as that program's run wrote it; undefined for any other. */
export function tagOf(event: Uint8Array): number | undefined {
  const words = new Uint32Array(event.buffer, event.byteOffset, EVENT_SIZE / 4)
  const [run, tag = 0] = words
  for (let index = 0; index < EVENT_SIZE / 8; index++) {
    if (words[2 * index] !== run || words[2 * index + 1] !== tag + (index << (INDEX_SHIFT - 32))) return undefined
  }
  return tag
}
