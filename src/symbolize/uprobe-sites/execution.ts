/**
 * How the kernel gets over a probed instruction, and what a hit costs for it. Source: arch/x86/kernel/uprobes.c
 * (`branch_setup_xol_ops`, `push_setup_xol_ops`, `arch_uprobe_optimize`). Only cost depends on it, never what a probe sees.
 */
import { isAtLeast, type KernelVersion } from '../../kernel/procfs/kernel-version.ts'
import type { Execution, UprobeSite } from '../../spec/attach-point.ts'
import { isNop5, rewritesNop5 } from './nop5.ts'

/** What of it depends on the kernel. */
export interface KernelSkill {
  /** A probed 5-byte nop becomes a call; see `nop5.ts`. @kernel 6.18 to 7.1 */
  readonly rewritesNop5: boolean
  /** Every form of nop is emulated, not only `90`. @kernel 6.18 */
  readonly emulatesNops: boolean
}

/** What a kernel of this version does. */
export function kernelSkill(version: KernelVersion): KernelSkill {
  return { rewritesNop5: rewritesNop5(version), emulatesNops: isAtLeast(version, [6, 18]) }
}

const OPERAND_SIZE = 0x66
const REX_B = 0x41

/** How the kernel executes the instruction that begins `code`. */
export function executionOf(code: Uint8Array, kernel: KernelSkill): Execution {
  if (kernel.rewritesNop5 && isNop5(code)) return 'rewritten'
  return isEmulated(code, kernel) ? 'emulated' : 'single-stepped'
}

function isEmulated(code: Uint8Array, { emulatesNops }: KernelSkill): boolean {
  const [first = 0, second = 0, third = 0] = code
  if (first === OPERAND_SIZE) return second === 0x90 || (emulatesNops && second === 0x0f && third === 0x1f)
  if (isPush(first) || (first === REX_B && isPush(second))) return true
  if (first === 0x0f) return isConditionalJump(second - 0x10) || (emulatesNops && second === 0x1f)
  return first === 0x90 || first === 0xe8 || first === 0xe9 || first === 0xeb || isConditionalJump(first)
}

function isPush(opcode: number): boolean {
  return opcode >= 0x50 && opcode <= 0x57
}

function isConditionalJump(opcode: number): boolean {
  return opcode >= 0x70 && opcode <= 0x7f
}

/** Nanoseconds that a hit takes from the traced thread, with a small program: measured in a virtual machine; bare metal is faster. */
const HIT_NS: Readonly<Record<Execution, number>> = { emulated: 1100, 'single-stepped': 15_000, rewritten: 770 }
/** What the trampoline of a return probe adds. */
const TRAMPOLINE_NS = 500

/** An estimate in nanoseconds of what one hit of the site takes from the traced thread. */
export function estimateHitNs({ execution, placement }: Pick<UprobeSite, 'execution' | 'placement'>): number {
  return HIT_NS[execution] + (placement === 'return' ? TRAMPOLINE_NS : 0)
}
