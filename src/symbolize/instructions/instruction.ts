/**
 * Machine instructions as far as placing probes needs them: where each begins, and where control goes behind it. One file
 * per architecture decodes.
 */

/**
 * What an instruction does to the flow of control.
 * - `return`, `jump` (always taken, target known), `branch` (taken or not, target known), `call`.
 * - `table-jump`: to an address read from memory, as compilers jump through the table of a switch.
 * - `register-jump`: to an address in a register.
 * - `trap`: int3, ud2 and the like, as padding and behind calls that never return.
 * - `invalid`: no instruction that is known here.
 */
export type InstructionKind = 'return' | 'jump' | 'branch' | 'call' | 'table-jump' | 'register-jump' | 'trap' | 'nop' | 'other' | 'invalid'

/** One decoded instruction. */
export interface Instruction {
  /** Bytes from the start of the code that was decoded. */
  readonly at: number
  readonly length: number
  readonly kind: InstructionKind
  /** Where a jump, branch or direct call leads, counted as `at` is: below 0 or behind the code's end when it leads out of it. */
  readonly target?: number
}

/** Decodes the machine code of one architecture. */
export interface InstructionDecoder {
  /** All instructions of `code`, one behind the other; where none is known, `invalid` ones of the least length. */
  decode(code: Uint8Array): readonly Instruction[]
  /** The first instruction of `code` as text, addresses counted from `address`. */
  show(code: Uint8Array, address: bigint): string
}
