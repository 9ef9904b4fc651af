/**
 * The parts of an opcode byte, by the names of the kernel's Documentation/bpf/standardization/instruction-set.rst, for
 * instruction sets v1 to v4. An opcode is class | (size | mode) for memory, class | source | operation for the rest.
 */

/** Instruction classes: the low three bits. */
export const CLASS = { ld: 0, ldx: 1, st: 2, stx: 3, alu32: 4, jmp: 5, jmp32: 6, alu64: 7 } as const
/** Widths of a memory access. */
export const SIZE = { w: 0x00, h: 0x08, b: 0x10, dw: 0x18 } as const
/** Ways of memory access. `memsx` loads with sign extension (v4). */
export const MODE = { imm: 0x00, abs: 0x20, ind: 0x40, mem: 0x60, memsx: 0x80, atomic: 0xc0 } as const
/** Whether the second operand is the immediate or register `src`. */
export const SOURCE = { k: 0x00, x: 0x08 } as const

/** Arithmetic operations. `div` and `mod` are signed when `offset` is 1, `mov` extends a sign when it is 8, 16 or 32 (v4). */
export const ALU = {
  add: 0x00,
  sub: 0x10,
  mul: 0x20,
  div: 0x30,
  or: 0x40,
  and: 0x50,
  lsh: 0x60,
  rsh: 0x70,
  neg: 0x80,
  mod: 0x90,
  xor: 0xa0,
  mov: 0xb0,
  arsh: 0xc0,
  end: 0xd0,
} as const
/** The name of an arithmetic operation. */
export type AluOperation = keyof typeof ALU

/** Jump operations. */
export const JMP = {
  ja: 0x00,
  jeq: 0x10,
  jgt: 0x20,
  jge: 0x30,
  jset: 0x40,
  jne: 0x50,
  jsgt: 0x60,
  jsge: 0x70,
  call: 0x80,
  exit: 0x90,
  jlt: 0xa0,
  jle: 0xb0,
  jslt: 0xc0,
  jsle: 0xd0,
} as const
/** The name of a jump that compares. */
export type Condition = Exclude<keyof typeof JMP, 'ja' | 'call' | 'exit'>

/** Operations of an atomic access, held in `imm`; `fetch` is a flag that brings the old value back. */
export const ATOMIC = { add: 0x00, or: 0x40, and: 0x50, xor: 0xa0, fetch: 0x01, xchg: 0xe1, cmpxchg: 0xf1 } as const

/** Loads and stores that order those around them, held in `imm` of an atomic access like its operations. @kernel 6.15 */
export const ORDERED = { loadAcquire: 0x100, storeRelease: 0x110 } as const

/** The opcode of a 64-bit immediate load, the only instruction of two slots. */
export const LD_IMM64 = CLASS.ld | SIZE.dw | MODE.imm

/** The class bits of an opcode. */
export const classOf = (opcode: number): number => opcode & 0x07
/** The operation bits of an arithmetic or jump opcode. */
export const operationOf = (opcode: number): number => opcode & 0xf0
/** The size bits of a memory opcode. */
export const sizeOf = (opcode: number): number => opcode & 0x18
/** The mode bits of a memory opcode. */
export const modeOf = (opcode: number): number => opcode & 0xe0
/** True when the second operand is a register. */
export const usesRegister = (opcode: number): boolean => (opcode & SOURCE.x) !== 0

/** The size bits for an access of so many bytes. */
export const SIZE_OF_BYTES = { 1: SIZE.b, 2: SIZE.h, 4: SIZE.w, 8: SIZE.dw } as const
/** A number of bytes that one access can move. */
export type AccessBytes = keyof typeof SIZE_OF_BYTES
