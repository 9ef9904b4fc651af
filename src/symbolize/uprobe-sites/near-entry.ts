/**
 * A function whose first instruction the kernel would single-step may have one close behind it that it emulates, at a tenth of the
 * cost. That one is probed where nobody can tell the difference: before it, straight from the entry, nothing but
 * registers without a meaning is written, and nothing jumps there a second time. All of it is told by bytes, since a probe
 * at an entry must not wait for the decoder of `instructions/`.
 */
import type { Placement } from '../../spec/attach-point.ts'
import { executionOf, type KernelSkill } from './execution.ts'
import { readPlainInstruction } from './plain-instruction.ts'

/** Where to probe, counted from the entry. */
export interface NearEntry {
  readonly placement: Extract<Placement, 'entry' | 'near-entry'>
  readonly offset: number
}

/** What the choice depends on. */
export interface NearEntryFacts {
  readonly kernel: KernelSkill
  /** Registers that hold arguments, and those that the frame is found by. */
  readonly precious: ReadonlySet<number>
  /**
   * The program walks the stack. The kernel finds the caller of a function that has not set up its frame yet at `push %rbp`,
   * and nowhere else behind the entry.
   */
  readonly walksStack: boolean
}

const [AX, CX, DX, BX, SP, BP, SI, DI, R8, R9, R10, R11, R14] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 14]
/** What a C function is entered with. */
export const C_PRECIOUS: ReadonlySet<number> = new Set([DI, SI, DX, CX, R8, R9, SP, BP])
/** What a Go function is entered with: arguments, the closure in DX, the goroutine in R14; and what a C function is, as one may be linked in. */
export const GO_PRECIOUS: ReadonlySet<number> = new Set([AX, BX, CX, DI, SI, R8, R9, R10, R11, DX, R14, SP, BP])

const AT_ENTRY: NearEntry = { placement: 'entry', offset: 0 }
const PUSH_RBP = 0x55
/** How far behind the entry is looked. */
const REACH = 32

/** Decides by the whole code of a function, or as much of it as is known. */
export function findNearEntry(code: Uint8Array, facts: NearEntryFacts): NearEntry {
  if (executionOf(code, facts.kernel) !== 'single-stepped') return AT_ENTRY
  const offset = firstEmulated(code, facts)
  if (offset === undefined || (facts.walksStack && code[offset] !== PUSH_RBP)) return AT_ENTRY
  return mayBeJumpedTo(code, offset) ? AT_ENTRY : { placement: 'near-entry', offset }
}

function firstEmulated(code: Uint8Array, { kernel, precious }: NearEntryFacts): number | undefined {
  for (let at = 0; at < Math.min(REACH, code.length); ) {
    if (executionOf(code.subarray(at), kernel) === 'emulated') return at
    const instruction = readPlainInstruction(code, at)
    if (instruction === undefined || instruction.writes.some((register) => precious.has(register))) return undefined
    at += instruction.length
  }
  return undefined
}

/**
 * Whether any bytes of the function, wherever instructions begin, could be a jump to behind the entry and up to `offset`; or one whose
 * target they do not tell; or a conditional jump out of the function, to a part that the compiler put elsewhere and that may
 * jump back to anywhere.
 */
function mayBeJumpedTo(code: Uint8Array, offset: number): boolean {
  const view = new DataView(code.buffer, code.byteOffset, code.byteLength)
  const near = (target: number) => target > 0 && target <= offset
  for (let at = 0; at + 1 < code.length; at++) {
    const [opcode, next] = [view.getUint8(at), view.getUint8(at + 1)]
    const short = (opcode >= 0x70 && opcode <= 0x7f) || opcode === 0xeb || (opcode >= 0xe0 && opcode <= 0xe3)
    if (short && near(at + 2 + view.getInt8(at + 1))) return true
    if (opcode === 0xe9 && at + 5 <= code.length && near(at + 5 + view.getInt32(at + 1, true))) return true
    if (opcode === 0xff && ((next >> 3) & 6) === 4) return true
    if (opcode !== 0x0f || next < 0x80 || next > 0x8f || at + 6 > code.length) continue
    const target = at + 6 + view.getInt32(at + 2, true)
    if (near(target) || target < 0 || target >= code.length) return true
  }
  return false
}
