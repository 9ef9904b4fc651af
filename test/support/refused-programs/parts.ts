/**
 * What programs that the verifier refuses are put together from.
 */
import { alu64, immediate, loadImmediate64, mov64, register, store } from '../../../src/format/asm/construct.ts'
import type { Instruction, Register } from '../../../src/format/asm/instruction.ts'
import type { AccessBytes } from '../../../src/format/asm/opcodes.ts'
import type { MapSpec } from '../../../src/spec/map-spec.ts'
import type { ProgramFunction } from '../../../src/spec/program-spec.ts'
import { call, counterMap, END, ringMap } from '../programs.ts'

/** A program, the class that its refusal is of, and the slot of the instruction that is refused, if one is. */
export interface RefusedProgram {
  readonly name: string
  readonly code: string
  readonly instructions: readonly Instruction[]
  readonly slot: number | undefined
  readonly type?: 'kprobe' | 'raw_tracepoint' | 'tracepoint'
  readonly functions?: readonly ProgramFunction[]
  readonly license?: string
}

/** The maps that they use. */
export const REFUSED_PROGRAM_MAPS: readonly MapSpec[] = [
  counterMap('array'),
  ringMap('ring'),
  { name: 'hash', kind: 'hash', keySize: 8, valueSize: 8, maxEntries: 1 },
  { name: 'read_only', kind: 'array', keySize: 4, valueSize: 8, maxEntries: 1, flags: 0x80 },
]

/** A place in memory. */
export const at = (base: Register, offset = 0, bytes: AccessBytes = 8) => ({ base, offset, bytes })
/** Loads a map. */
export const map = (to: Register, name: string) => loadImmediate64(to, { kind: 'map', map: name })
/** Loads the address of a value of an array. */
export const valueIn = (to: Register, name: string, offset = 0) => loadImmediate64(to, { kind: 'map-value', map: name, offset })
/** r0 = a number that the verifier knows nothing of. */
export const anything = call('ktime_get_ns')
/** Loads the address of a place in the stack. */
export const stackAddress = (to: Register, offset: number) => [mov64(to, register(10)), alu64('add', to, immediate(offset))]
/** Reads kernel memory at 0: `size` is in r2. */
export const readTo = (offset: number) => [...stackAddress(1, offset), mov64(3, immediate(0)), call('probe_read_kernel'), ...END]
/** r0 = an entry of `hash`, or null. */
export const lookup = [store(at(10, -8), immediate(0)), ...stackAddress(2, -8), map(1, 'hash'), call('map_lookup_elem')]
/** r0 = a record of 16 bytes, or null. */
export const reserve = [map(1, 'ring'), mov64(2, immediate(16)), mov64(3, immediate(0)), call('ringbuf_reserve')]
/** Submits the record in r0. */
export const submit = [mov64(1, register(0)), mov64(2, immediate(0)), call('ringbuf_submit')]

/** A program of a type that borescope does not load, by the kernel's number of the type. */
export interface ForeignProgram {
  readonly name: string
  readonly code: string
  readonly type: number
  readonly instructions: readonly Instruction[]
  readonly sleepable?: boolean
}
