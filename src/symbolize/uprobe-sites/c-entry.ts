/**
 * Where a function of C, C++ or Rust is probed at its entry. A landing pad (`endbr64`, of `-fcf-protection`) is single-stepped;
 * the instruction behind it may be one that the kernel emulates, and everything is still as at the entry there: nothing
 * jumps between the two, since an indirect jump has to meet the pad and a loop would not push its registers again.
 */
import type { Placement } from '../../spec/attach-point.ts'
import { executionOf, type KernelSkill } from './execution.ts'

const ENDBR64 = [0xf3, 0x0f, 0x1e, 0xfa]
const PUSH_RBP = 0x55

/** Where to probe, counted from the entry. */
export interface CEntry {
  readonly placement: Extract<Placement, 'entry' | 'after-landing-pad'>
  readonly offset: number
}

/** What the choice depends on. */
export interface CEntryFacts {
  readonly kernel: KernelSkill
  /**
   * The program walks the stack. The kernel finds the caller of a function that has not set up its frame yet at `endbr64` and
   * at `push %rbp`, and nowhere else.
   */
  readonly walksStack: boolean
}

/** Decides by the first bytes of a function. */
export function findCEntry(code: Uint8Array, { kernel, walksStack }: CEntryFacts): CEntry {
  const padded = ENDBR64.every((byte, index) => code[index] === byte)
  const behind = code.subarray(ENDBR64.length)
  const good = behind[0] === PUSH_RBP || (!walksStack && executionOf(behind, kernel) === 'emulated')
  if (padded && good) return { placement: 'after-landing-pad', offset: ENDBR64.length }
  return { placement: 'entry', offset: 0 }
}
