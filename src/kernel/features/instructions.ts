/**
 * Features of the instruction set: each version is tried by an instruction that it brought.
 */
import { atomic, exit, immediate, jump, jump32, mov64, movSigned, register, store } from '../../format/asm/construct.ts'
import type { Instruction } from '../../format/asm/instruction.ts'
import { type Feature, tryProgram, withTrial } from './feature.ts'

const SLOT = { base: 10, offset: -8, bytes: 8 } as const

/** Tries an instruction that finds a number in r0 and another at r10 - 8. */
function takes(tried: Instruction): boolean {
  const instructions = [mov64(0, immediate(0)), store(SLOT, register(0)), tried, mov64(0, immediate(0)), exit()]
  return withTrial(tryProgram({ type: 'kprobe', instructions }), () => true)
}

/** Jumps on "less". @kernel 4.14 */
export const ISA_V2: Feature = {
  title: 'version 2 of the BPF instruction set',
  since: '4.14',
  probe: () => takes(jump('jlt', { dst: 0, source: immediate(1) }, 0)),
}

/** Jumps on 32 bits. @kernel 5.1 */
export const ISA_V3: Feature = {
  title: 'version 3 of the BPF instruction set',
  since: '5.1',
  probe: () => takes(jump32('jlt', { dst: 0, source: immediate(1) }, 0)),
}

/** Signed division, sign extension, byte swaps, long jumps: one patch set brought them all. @kernel 6.6 */
export const ISA_V4: Feature = {
  title: 'version 4 of the BPF instruction set',
  since: '6.6',
  probe: () => takes(movSigned(0, 0, 8)),
}

/** Atomic operations other than adding, and those that answer the old value. @kernel 5.12 */
export const ATOMIC_FETCH: Feature = {
  title: 'BPF atomic operations that answer the old value',
  since: '5.12',
  probe: () => takes(atomic('fetch_add', SLOT, 0)),
}
