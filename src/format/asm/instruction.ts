/**
 * One eBPF instruction as data, before it is encoded. Follows the kernel's Documentation/bpf/standardization/
 * instruction-set.rst. A 64-bit immediate load is one `Instruction` that takes two 8-byte slots.
 */
import type { Span } from '../../base/source-text.ts'
import type { TypeRelocation } from './type-relocation.ts'

/** A register number: r0 result, r1-r5 arguments and clobbered by calls, r6-r9 saved, r10 frame pointer (read only). */
export type Register = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10

/**
 * What a 64-bit immediate load stands for when its value is only known at load time. `map` becomes the map's fd
 * (BPF_PSEUDO_MAP_FD), `map-value` the address of the value of a one-entry array (BPF_PSEUDO_MAP_VALUE, @kernel 5.2),
 * `constant` a number that the session hands over by name.
 */
export type Reference =
  | { readonly kind: 'map'; readonly map: string }
  | { readonly kind: 'map-value'; readonly map: string; readonly offset: number }
  | { readonly kind: 'constant'; readonly name: string }

/**
 * What the `src` field of a call, or of a 64-bit immediate load, says about `imm`. `call` and `function` name another function
 * of the same program by the distance in slots from the slot behind the instruction's first one; `kfunc` is a function of the
 * kernel by its BTF id. @kernel function calls 4.16, kfunc 5.13, function 5.13
 */
export const PSEUDO = { call: 1, kfunc: 2, function: 4 } as const

/** One instruction. `offset` counts slots for jumps and bytes for memory accesses. */
export interface Instruction {
  readonly opcode: number
  readonly dst: Register
  readonly src: number
  readonly offset: number
  /** Signed 32 bits, except in a 64-bit immediate load (opcode 0x18), where it is the whole value. */
  readonly imm: bigint
  readonly reference?: Reference
  /** The kernel's function that a call with `src` `PSEUDO.kfunc` is for; the loader finds its BTF id. */
  readonly kfunc?: string
  /** What the kernel's types are asked for; the answer takes the place of `imm`, or of `offset` in a memory access. */
  readonly relocation?: TypeRelocation
  /** Where in the user's source this comes from. */
  readonly span?: Span
}

/** Slots (of 8 bytes) that an instruction takes: 2 for a 64-bit immediate load, else 1. */
export function slotsOf(instruction: Instruction): 1 | 2 {
  return instruction.opcode === 0x18 ? 2 : 1
}
