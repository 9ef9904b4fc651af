/**
 * Where a uprobe's context (`struct pt_regs`, arch/x86/include/asm/ptrace.h) holds each register, and which registers carry
 * integer arguments and results in the two calling conventions that matter: System V and Go's ABIInternal
 * (go.dev/s/regabi).
 */

/** Byte offsets in `struct pt_regs` of x86-64. */
export const PT_REGS = {
  r15: 0,
  r14: 8,
  r13: 16,
  r12: 24,
  bp: 32,
  bx: 40,
  r11: 48,
  r10: 56,
  r9: 64,
  r8: 72,
  ax: 80,
  cx: 88,
  dx: 96,
  si: 104,
  di: 112,
  orig_rax: 120,
  ip: 128,
  cs: 136,
  flags: 144,
  sp: 152,
  ss: 160,
} as const

/** The name of a register in `struct pt_regs`. */
export type RegisterName = keyof typeof PT_REGS

/** Integer arguments of C, C++ and Rust functions, in order. */
export const SYSV_ARGUMENTS = ['di', 'si', 'dx', 'cx', 'r8', 'r9'] as const satisfies readonly RegisterName[]
/** Integer arguments of Go functions (Go 1.17 and later), in order. */
export const GO_ARGUMENTS = ['ax', 'bx', 'cx', 'di', 'si', 'r8', 'r9', 'r10', 'r11'] as const satisfies readonly RegisterName[]
/** The first integer result in both conventions. */
export const RESULT = 'ax' satisfies RegisterName
