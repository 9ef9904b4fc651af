/**
 * The 5-byte nop that Linux 6.18 to 7.1 turns into a call once a uprobe on it was hit. The call pushes a return address,
 * over the red zone in which a leaf function may keep variables. See docs/decisions/0010-probing-nop5.md.
 */
import { isAtLeast, type KernelVersion } from '../../kernel/procfs/kernel-version.ts'

const NOP5 = [0x0f, 0x1f, 0x44, 0x00, 0x00]

/** True when `code` begins with exactly the nop that those kernels rewrite. */
export function isNop5(code: Uint8Array): boolean {
  return NOP5.every((byte, index) => code[index] === byte)
}

/**
 * Whether a kernel of this version rewrites a probed nop5. Answered by version, since nothing short of damaging a function
 * tells; a wrong "yes" only costs probes in the middle of functions. @kernel 6.18 to 7.1
 */
export function rewritesNop5(version: KernelVersion): boolean {
  return isAtLeast(version, [6, 18]) && !isAtLeast(version, [7, 2])
}
