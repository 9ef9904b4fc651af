/**
 * Which x86-64 instructions the kernel refuses to put a uprobe on. Asked before attaching, because the kernel checks an
 * instruction only when some process has the file mapped: otherwise attaching succeeds and the probe never fires. Source:
 * arch/x86/kernel/uprobes.c (`uprobe_init_insn`, `good_insns_64`); the table was confirmed opcode by opcode on Linux 6.18.
 */

const INT3 = 0xcc
const HARMLESS_PREFIXES: ReadonlySet<number> = new Set([0x66, 0x67, 0xf2, 0xf3, 0x64, 0x65])
const REFUSED_PREFIXES: ReadonlyMap<number, string> = new Map([
  [0x26, 'an ES prefix'],
  [0x2e, 'a CS prefix'],
  [0x36, 'an SS prefix'],
  [0x3e, 'a DS (or notrack) prefix'],
  [0xf0, 'a LOCK prefix'],
])
/** Invalid in 64-bit mode, privileged, port input and output, software interrupts. */
const REFUSED_OPCODES: ReadonlySet<number> = new Set([
  0x06, 0x07, 0x0e, 0x16, 0x17, 0x1e, 0x1f, 0x27, 0x2f, 0x37, 0x3f, 0x60, 0x61, 0x62, 0x6c, 0x6d, 0x6e, 0x6f, 0x82, 0x9a, 0xcd, 0xce, 0xcf,
  0xd4, 0xd5, 0xd6, 0xe4, 0xe5, 0xe6, 0xe7, 0xea, 0xec, 0xed, 0xee, 0xef, 0xf1, 0xf4, 0xfa, 0xfb,
])
/** Distance from the first byte of REX2, VEX and EVEX to the opcode; the kernel looks that one up in the same table. */
const OPCODE_BEHIND: ReadonlyMap<number, number> = new Map([
  [0xd5, 2],
  [0xc5, 2],
  [0xc4, 3],
  [0x62, 4],
])
const MOV_TO_SEGMENT = 0x8e
const STACK_SEGMENT = 2

/** Why the kernel would refuse the instruction that begins `code`; undefined when it would not. */
export function whyNotProbeable(code: Uint8Array): string | undefined {
  if (code[0] === INT3) return 'a breakpoint (int3) is there already, or padding'
  let at = 0
  for (; at < code.length && isPrefix(code[at] as number); at++) {
    const refused = REFUSED_PREFIXES.get(code[at] as number)
    if (refused !== undefined) return `the kernel does not probe an instruction with ${refused}`
  }
  if (((code[at] ?? 0) & 0xf0) === 0x40) at++
  const opcode = code[at + (OPCODE_BEHIND.get(code[at] ?? 0) ?? 0)]
  if (opcode === undefined) return 'the code ends inside the instruction'
  if (opcode === INT3 || REFUSED_OPCODES.has(opcode)) return `the kernel does not probe instructions with opcode 0x${hex(opcode)}`
  if (opcode === MOV_TO_SEGMENT && (((code[at + 1] ?? 0) >> 3) & 7) === STACK_SEGMENT) return 'the kernel does not probe a move to SS'
  return undefined
}

function isPrefix(byte: number): boolean {
  return HARMLESS_PREFIXES.has(byte) || REFUSED_PREFIXES.has(byte)
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0')
}
