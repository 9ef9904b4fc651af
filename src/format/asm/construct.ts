/**
 * Constructors for instructions, one per form of the instruction set. They know encodings, not meanings: that a program
 * makes sense is the business of who calls them.
 */
import { type Instruction, PSEUDO, type Reference, type Register } from './instruction.ts'
import {
  type AccessBytes,
  ALU,
  type AluOperation,
  ATOMIC,
  CLASS,
  type Condition,
  JMP,
  LD_IMM64,
  MODE,
  ORDERED,
  SIZE_OF_BYTES,
  SOURCE,
} from './opcodes.ts'

/** The second operand of arithmetic, a comparison or a store. */
export type Source = { readonly register: Register } | { readonly imm: bigint }

/** An operand in a register. */
export const register = (number: Register): Source => ({ register: number })
/** An immediate operand; signed 32 bits. */
export const immediate = (value: bigint | number): Source => ({ imm: BigInt(value) })

/** A memory operand: register and byte offset. */
export interface Memory {
  readonly base: Register
  readonly offset: number
  readonly bytes: AccessBytes
}

const plain = (opcode: number, fields: Partial<Instruction>): Instruction => ({ dst: 0, src: 0, offset: 0, imm: 0n, ...fields, opcode })

function withSource(opcode: number, source: Source, fields: Partial<Instruction>): Instruction {
  return 'imm' in source
    ? plain(opcode | SOURCE.k, { ...fields, imm: source.imm })
    : plain(opcode | SOURCE.x, { ...fields, src: source.register })
}

/** 64-bit arithmetic, `dst = dst operation source`. */
export const alu64 = (operation: AluOperation, dst: Register, source: Source): Instruction =>
  withSource(CLASS.alu64 | ALU[operation], source, { dst })
/** 32-bit arithmetic; the upper half of `dst` becomes zero. */
export const alu32 = (operation: AluOperation, dst: Register, source: Source): Instruction =>
  withSource(CLASS.alu32 | ALU[operation], source, { dst })
/** `dst = source`, 64 bits; an immediate is sign-extended. */
export const mov64 = (dst: Register, source: Source): Instruction => alu64('mov', dst, source)
/** Signed division or modulo (v4). @kernel 6.6 */
export const signedDivision = (operation: 'div' | 'mod', dst: Register, source: Source): Instruction => ({
  ...alu64(operation, dst, source),
  offset: 1,
})
/** `dst` = the sign-extended low `bits` of `source` (v4). @kernel 6.6 */
export const movSigned = (dst: Register, source: Register, bits: 8 | 16 | 32): Instruction => ({
  ...mov64(dst, register(source)),
  offset: bits,
})
/** Reverses the bytes of the low `bits` of `dst` without regard to the host's order (v4). @kernel 6.6 */
export const byteSwap = (dst: Register, bits: 16 | 32 | 64): Instruction => plain(CLASS.alu64 | ALU.end, { dst, imm: BigInt(bits) })
/** Converts the low `bits` of `dst` between host order and little or big endian. */
export const toEndian = (order: 'little' | 'big', dst: Register, bits: 16 | 32 | 64): Instruction =>
  plain(CLASS.alu32 | ALU.end | (order === 'big' ? SOURCE.x : SOURCE.k), { dst, imm: BigInt(bits) })

/** `dst` = a 64-bit number, or what a reference stands for. Takes two slots. */
export const loadImmediate64 = (dst: Register, value: bigint | Reference): Instruction =>
  typeof value === 'bigint' ? plain(LD_IMM64, { dst, imm: value }) : plain(LD_IMM64, { dst, reference: value })

/** `dst` = zero-extended memory. */
export const load = (dst: Register, memory: Memory): Instruction =>
  plain(CLASS.ldx | MODE.mem | SIZE_OF_BYTES[memory.bytes], { dst, src: memory.base, offset: memory.offset })
/** `dst` = sign-extended memory (v4). @kernel 6.6 */
export const loadSigned = (dst: Register, memory: Memory): Instruction =>
  plain(CLASS.ldx | MODE.memsx | SIZE_OF_BYTES[memory.bytes], { dst, src: memory.base, offset: memory.offset })
/** Memory = a register or an immediate. */
export function store(memory: Memory, source: Source): Instruction {
  const opcode = ('imm' in source ? CLASS.st : CLASS.stx) | MODE.mem | SIZE_OF_BYTES[memory.bytes]
  const operand = 'imm' in source ? { imm: source.imm } : { src: source.register }
  return plain(opcode, { dst: memory.base, offset: memory.offset, ...operand })
}
/** An atomic access with register `source`. With `fetch`, the old value comes back in `source` (r0 for cmpxchg). @kernel 5.12 fetch */
export const atomic = (
  operation: keyof typeof ATOMIC | 'fetch_add' | 'fetch_or' | 'fetch_and' | 'fetch_xor',
  memory: Memory,
  source: Register,
): Instruction =>
  plain(CLASS.stx | MODE.atomic | SIZE_OF_BYTES[memory.bytes], {
    dst: memory.base,
    src: source,
    offset: memory.offset,
    imm: BigInt(atomicOperation(operation)),
  })

/** `dst` = zero-extended memory, before everything behind it (v4). @kernel 6.15 */
export const loadAcquire = (dst: Register, memory: Memory): Instruction => ({
  ...load(dst, memory),
  opcode: CLASS.stx | MODE.atomic | SIZE_OF_BYTES[memory.bytes],
  imm: BigInt(ORDERED.loadAcquire),
})
/** Memory = `source`, behind everything before it (v4). @kernel 6.15 */
export const storeRelease = (memory: Memory, source: Register): Instruction => ({
  ...store(memory, register(source)),
  opcode: CLASS.stx | MODE.atomic | SIZE_OF_BYTES[memory.bytes],
  imm: BigInt(ORDERED.storeRelease),
})

function atomicOperation(operation: keyof typeof ATOMIC | `fetch_${'add' | 'or' | 'and' | 'xor'}`): number {
  if (operation in ATOMIC) return ATOMIC[operation as keyof typeof ATOMIC]
  return ATOMIC[operation.slice('fetch_'.length) as 'add'] | ATOMIC.fetch
}

/** A conditional jump by `offset` slots, on 64 bits. */
export const jump = (condition: Condition, operands: { readonly dst: Register; readonly source: Source }, offset: number): Instruction =>
  withSource(CLASS.jmp | JMP[condition], operands.source, { dst: operands.dst, offset })
/** A conditional jump by `offset` slots, on 32 bits. @kernel 5.1 */
export const jump32 = (condition: Condition, operands: { readonly dst: Register; readonly source: Source }, offset: number): Instruction =>
  withSource(CLASS.jmp32 | JMP[condition], operands.source, { dst: operands.dst, offset })
/** An unconditional jump by `offset` slots. */
export const jumpAlways = (offset: number): Instruction => plain(CLASS.jmp | JMP.ja, { offset })
/** Calls helper number `helper`. */
export const callHelper = (helper: number): Instruction => plain(CLASS.jmp | JMP.call, { imm: BigInt(helper) })
/** Calls a function of the same program, `distance` slots behind the next instruction. @kernel 4.16 */
export const callFunction = (distance: number): Instruction => plain(CLASS.jmp | JMP.call, { src: PSEUDO.call, imm: BigInt(distance) })
/** Calls a function of the kernel. @kernel 5.13 */
export const callKfunc = (kfunc: string): Instruction => plain(CLASS.jmp | JMP.call, { src: PSEUDO.kfunc, kfunc })
/** `dst` = a function of the same program, for a helper that calls back; `distance` counts from the load's second slot. @kernel 5.13 */
export const loadFunction = (dst: Register, distance: number): Instruction =>
  plain(LD_IMM64, { dst, src: PSEUDO.function, imm: BigInt(distance) })
/** Ends the program with r0. */
export const exit = (): Instruction => plain(CLASS.jmp | JMP.exit, {})
