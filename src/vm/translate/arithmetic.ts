/**
 * Arithmetic: ALU64 and ALU32. WebAssembly's integers wrap and mask shift counts as BPF's do; what differs is division, which
 * never traps in BPF: by zero it yields 0 (the dividend for a modulo), and the smallest number by -1 wraps.
 */
import type { Instruction } from '../../format/asm/instruction.ts'
import { ALU, CLASS, classOf, operationOf, usesRegister } from '../../format/asm/opcodes.ts'
import { TYPE, WASM } from '../wasm/opcodes.ts'
import { emitEnd } from './byte-order.ts'
import { getHalf, getRegister, setHalf, setRegister, type Translation } from './translation.ts'

/** The operators that are one of WebAssembly, by width. */
export const OPERATORS = {
  64: {
    [ALU.add]: WASM.i64_add,
    [ALU.sub]: WASM.i64_sub,
    [ALU.mul]: WASM.i64_mul,
    [ALU.or]: WASM.i64_or,
    [ALU.and]: WASM.i64_and,
    [ALU.xor]: WASM.i64_xor,
    [ALU.lsh]: WASM.i64_shl,
    [ALU.rsh]: WASM.i64_shr_u,
    [ALU.arsh]: WASM.i64_shr_s,
  },
  32: {
    [ALU.add]: WASM.i32_add,
    [ALU.sub]: WASM.i32_sub,
    [ALU.mul]: WASM.i32_mul,
    [ALU.or]: WASM.i32_or,
    [ALU.and]: WASM.i32_and,
    [ALU.xor]: WASM.i32_xor,
    [ALU.lsh]: WASM.i32_shl,
    [ALU.rsh]: WASM.i32_shr_u,
    [ALU.arsh]: WASM.i32_shr_s,
  },
} as const

const DIVISIONS = {
  64: {
    div: { signed: WASM.i64_div_s, unsigned: WASM.i64_div_u },
    mod: { signed: WASM.i64_rem_s, unsigned: WASM.i64_rem_u },
    isZero: WASM.i64_eqz,
    equal: WASM.i64_eq,
    sub: WASM.i64_sub,
    type: TYPE.i64,
  },
  32: {
    div: { signed: WASM.i32_div_s, unsigned: WASM.i32_div_u },
    mod: { signed: WASM.i32_rem_s, unsigned: WASM.i32_rem_u },
    isZero: WASM.i32_eqz,
    equal: WASM.i32_eq,
    sub: WASM.i32_sub,
    type: TYPE.i32,
  },
} as const

type Bits = 32 | 64

/** Emits an instruction of class ALU32 or ALU64. */
export function emitArithmetic(translation: Translation, instruction: Instruction): void {
  const { opcode, dst } = instruction
  const operation = operationOf(opcode)
  const bits = classOf(opcode) === CLASS.alu64 ? 64 : 32
  if (operation === ALU.end) {
    emitEnd(translation, instruction)
    return
  }
  if (operation === ALU.mov) emitMove(translation, instruction, bits)
  else if (operation === ALU.neg) emitNegation(translation, dst, bits)
  else if (operation === ALU.div || operation === ALU.mod) emitDivision(translation, instruction, bits)
  else {
    get(translation, dst, bits)
    getSource(translation, instruction, bits)
    translation.code.op(OPERATORS[bits][operation as keyof (typeof OPERATORS)[64]])
  }
  if (bits === 64) setRegister(translation, dst)
  else setHalf(translation, dst)
}

const get = (translation: Translation, register: number, bits: Bits) =>
  bits === 64 ? getRegister(translation, register) : getHalf(translation, register)

/** Leaves the second operand on the stack. */
export function getSource(translation: Translation, instruction: Instruction, bits: Bits): void {
  if (usesRegister(instruction.opcode)) get(translation, instruction.src, bits)
  else if (bits === 64) translation.code.i64(instruction.imm)
  else translation.code.i32(Number(instruction.imm))
}

const EXTENSIONS = {
  64: { 8: WASM.i64_extend8_s, 16: WASM.i64_extend16_s, 32: WASM.i64_extend32_s },
  32: { 8: WASM.i32_extend8_s, 16: WASM.i32_extend16_s },
} as const

function emitMove(translation: Translation, instruction: Instruction, bits: Bits): void {
  getSource(translation, instruction, bits)
  if (instruction.offset === 0) return
  const extensions: Readonly<Record<number, number>> = EXTENSIONS[bits]
  translation.code.op(extensions[instruction.offset] as number)
}

function emitNegation(translation: Translation, dst: number, bits: Bits): void {
  if (bits === 64) translation.code.i64(0)
  else translation.code.i32(0)
  get(translation, dst, bits)
  translation.code.op(DIVISIONS[bits].sub)
}

function emitDivision(translation: Translation, instruction: Instruction, bits: Bits): void {
  const { code } = translation
  const kind = operationOf(instruction.opcode) === ALU.div ? 'div' : 'mod'
  const { isZero, type } = DIVISIONS[bits]
  const operator = DIVISIONS[bits][kind][instruction.offset === 1 ? 'signed' : 'unsigned']
  if (!usesRegister(instruction.opcode) && instruction.imm !== 0n && !(instruction.offset === 1 && instruction.imm === -1n)) {
    get(translation, instruction.dst, bits)
    getSource(translation, instruction, bits)
    code.op(operator)
    return
  }
  getSource(translation, instruction, bits)
  code.op(isZero).openValue(type)
  if (kind === 'mod') get(translation, instruction.dst, bits)
  else zero(translation, bits)
  code.op(WASM.else)
  if (instruction.offset === 1 && kind === 'div') emitSignedDivision(translation, instruction, bits)
  else {
    get(translation, instruction.dst, bits)
    getSource(translation, instruction, bits)
    code.op(operator)
  }
  code.op(WASM.end)
}

/** The divisor is not 0; -1 is a negation, since WebAssembly traps where it overflows. */
function emitSignedDivision(translation: Translation, instruction: Instruction, bits: Bits): void {
  const { code } = translation
  const { equal, type, div } = DIVISIONS[bits]
  getSource(translation, instruction, bits)
  if (bits === 64) code.i64(-1)
  else code.i32(-1)
  code.op(equal).openValue(type)
  emitNegation(translation, instruction.dst, bits)
  code.op(WASM.else)
  get(translation, instruction.dst, bits)
  getSource(translation, instruction, bits)
  code.op(div.signed, WASM.end)
}

const zero = ({ code }: Translation, bits: Bits) => (bits === 64 ? code.i64(0) : code.i32(0))
