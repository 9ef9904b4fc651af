/**
 * How DWARF numbers the registers of x86-64, and which of them a probe can read: those of pt_regs, not those of floating
 * point. Source: the System V ABI, AMD64 supplement, figure 3.36.
 */

/** Names as in `struct pt_regs`, by number. */
export const X86_64_REGISTERS = [
  'ax',
  'dx',
  'cx',
  'bx',
  'si',
  'di',
  'bp',
  'sp',
  'r8',
  'r9',
  'r10',
  'r11',
  'r12',
  'r13',
  'r14',
  'r15',
  'ip',
] as const

/** A register that a probe can read. */
export type ReadableRegister = (typeof X86_64_REGISTERS)[number]

/** Numbers of some of them. */
export const REGISTER = { ax: 0, dx: 1, cx: 2, bx: 3, si: 4, di: 5, bp: 6, sp: 7, r8: 8, r9: 9, r10: 10, r11: 11 } as const

/** The first of the 16 vector registers, where floating-point values are. */
export const FIRST_VECTOR_REGISTER = 17

/** The register of a number; undefined for those that a probe cannot read. */
export function readableRegister(register: number): ReadableRegister | undefined {
  return X86_64_REGISTERS[register]
}
