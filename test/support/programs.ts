/**
 * Small BPF programs, assembled by hand, for tests of the kernel part that must not depend on a compiler.
 */
import { sourceText } from '../../src/base/source-text.ts'
import { atomic, callHelper, exit, immediate, jump, load, loadImmediate64, mov64, register, store } from '../../src/format/asm/construct.ts'
import { HELPERS, type HelperName } from '../../src/format/asm/helpers.ts'
import { type Instruction, slotsOf } from '../../src/format/asm/instruction.ts'
import type { AttachPoint } from '../../src/spec/attach-point.ts'
import type { MapSpec } from '../../src/spec/map-spec.ts'
import type { ObjectSpec } from '../../src/spec/object-spec.ts'
import type { ProgramSpec, ProgramType } from '../../src/spec/program-spec.ts'

/** An array of one u64. */
export const counterMap = (name: string): MapSpec => ({ name, kind: 'array', keySize: 4, valueSize: 8, maxEntries: 1 })

/** A ring buffer. */
export const ringMap = (name: string, size = 65536): MapSpec => ({ name, kind: 'ringbuf', keySize: 0, valueSize: 0, maxEntries: size })

/** A program with a name and one attach point. */
export function program(type: ProgramType, instructions: readonly Instruction[], attach: readonly AttachPoint[] = []): ProgramSpec {
  return { name: 'test', type, instructions, attach, source: sourceText('test', '') }
}

/** An object without records. */
export function object(maps: readonly MapSpec[], programs: readonly ProgramSpec[]): ObjectSpec {
  return { license: 'GPL', maps, programs, records: [], sites: new Map() }
}

/** Calls a helper by name. */
export const call = (name: HelperName): Instruction => callHelper(HELPERS[name].id)

/** Ends with 0. */
export const END: readonly Instruction[] = [mov64(0, immediate(0)), exit()]

/** `*(u64 *)map += 1`, atomically; leaves the old value in r2. */
export const increment = (map: string): readonly Instruction[] => [
  loadImmediate64(1, { kind: 'map-value', map, offset: 0 }),
  mov64(2, immediate(1)),
  atomic('fetch_add', { base: 1, offset: 0, bytes: 8 }, 2),
]

/** Counts its runs in the counter `map`. */
export const countRuns = (map = 'count'): readonly Instruction[] => [...increment(map), ...END]

/**
 * Sends what `values` leave in r0, one after another, as u64 in one record of the ring buffer `events`; without room it
 * adds one to the counter `lost`. The context is in r9 while `values` run.
 */
export function sendRecord(values: readonly (readonly Instruction[])[], finish: 'ringbuf_submit' | 'ringbuf_discard' = 'ringbuf_submit') {
  const fill = values.flatMap((compute, i) => [...compute, store({ base: 6, offset: i * 8, bytes: 8 }, register(0))])
  const submit = [mov64(1, register(6)), mov64(2, immediate(1)), call(finish), ...END]
  return [
    mov64(9, register(1)),
    loadImmediate64(1, { kind: 'map', map: 'events' }),
    mov64(2, immediate(values.length * 8)),
    mov64(3, immediate(0)),
    call('ringbuf_reserve'),
    mov64(6, register(0)),
    jump('jeq', { dst: 6, source: immediate(0) }, slots([...fill, ...submit])),
    ...fill,
    ...submit,
    ...increment('lost'),
    ...END,
  ]
}

/** r0 = how often this ran before, by the counter `map`. */
export const serialNumber = (map = 'count'): readonly Instruction[] => [...increment(map), mov64(0, register(2))]
/** r0 = process and thread id. */
export const processAndThread: readonly Instruction[] = [call('get_current_pid_tgid')]
/** r0 = the cookie of the site that was hit. */
export const attachCookie: readonly Instruction[] = [mov64(1, register(9)), call('get_attach_cookie')]
/** r0 = a u64 of the context. */
export const contextWord = (offset: number): readonly Instruction[] => [load(0, { base: 9, offset, bytes: 8 })]

/** The u64s of a record or a value. */
export function words(bytes: Uint8Array): readonly bigint[] {
  return [...new BigUint64Array(bytes.slice().buffer)]
}

const slots = (instructions: readonly Instruction[]) => instructions.reduce((sum, instruction) => sum + slotsOf(instruction), 0)
