/**
 * Instructions as text, in the words of the kernel's verifier log (kernel/bpf/disasm.c): `0: (b7) r0 = 0`. References are
 * shown by the names that they have before loading, and what the kernel's types will be asked for behind the instruction.
 */
import { HELPERS } from './helpers.ts'
import { type Instruction, PSEUDO, type Reference, slotsOf } from './instruction.ts'
import { ALU, ATOMIC, CLASS, classOf, JMP, LD_IMM64, MODE, modeOf, ORDERED, operationOf, SIZE, sizeOf, usesRegister } from './opcodes.ts'

/** One line per instruction, numbered by slot. */
export function disassemble(instructions: readonly Instruction[]): string {
  let slot = 0
  const lines = []
  for (const instruction of instructions) {
    const { relocation } = instruction
    const asked = relocation === undefined ? '' : ` ; ${relocation.question} ${relocation.path}`
    lines.push(`${slot}: (${instruction.opcode.toString(16).padStart(2, '0')}) ${formatInstruction(instruction)}${asked}`)
    slot += slotsOf(instruction)
  }
  return lines.join('\n')
}

/** The text of one instruction. Jump targets are relative, as the kernel shows them (`goto pc+1`). */
export function formatInstruction(instruction: Instruction): string {
  switch (classOf(instruction.opcode)) {
    case CLASS.alu32:
    case CLASS.alu64:
      return formatAlu(instruction)
    case CLASS.jmp:
    case CLASS.jmp32:
      return formatJump(instruction)
    case CLASS.ldx:
      return `${register(instruction, instruction.dst)} = ${memory(instruction, instruction.src)}`
    case CLASS.st:
      return `${memory(instruction, instruction.dst)} = ${instruction.imm}`
    case CLASS.stx:
      return modeOf(instruction.opcode) === MODE.atomic
        ? formatAtomic(instruction)
        : `${memory(instruction, instruction.dst)} = ${source(instruction)}`
    default:
      return formatWide(instruction)
  }
}

function formatWide({ opcode, dst, src, imm, reference }: Instruction): string {
  if (opcode !== LD_IMM64) return `unknown opcode 0x${opcode.toString(16)}`
  if (src === PSEUDO.function) return `r${dst} = func ${distance(imm)}`
  return `r${dst} = ${reference === undefined ? `0x${BigInt.asUintN(64, imm).toString(16)}` : formatReference(reference)}`
}

function formatReference(reference: Reference): string {
  switch (reference.kind) {
    case 'map':
      return `map[${reference.map}]`
    case 'map-value':
      return `map[${reference.map}][0]+${reference.offset}`
    case 'constant':
      return `constant[${reference.name}]`
  }
}

const name = (instruction: Instruction): 'w' | 'r' =>
  classOf(instruction.opcode) === CLASS.alu32 || classOf(instruction.opcode) === CLASS.jmp32 ? 'w' : 'r'
const register = (instruction: Instruction, number: number): string => `${name(instruction)}${number}`
const source = (instruction: Instruction): string =>
  usesRegister(instruction.opcode) || classOf(instruction.opcode) === CLASS.stx
    ? register(instruction, instruction.src)
    : `${instruction.imm}`

const ALU_SIGNS: Readonly<Record<number, string>> = {
  [ALU.add]: '+=',
  [ALU.sub]: '-=',
  [ALU.mul]: '*=',
  [ALU.div]: '/=',
  [ALU.or]: '|=',
  [ALU.and]: '&=',
  [ALU.lsh]: '<<=',
  [ALU.rsh]: '>>=',
  [ALU.mod]: '%=',
  [ALU.xor]: '^=',
  [ALU.mov]: '=',
  [ALU.arsh]: 's>>=',
}

function formatAlu(instruction: Instruction): string {
  const { opcode, dst, offset, imm } = instruction
  const operation = operationOf(opcode)
  const target = register(instruction, dst)
  if (operation === ALU.neg) return `${target} = -${target}`
  if (operation === ALU.end) return `r${dst} = ${endianName(opcode)}${imm} r${dst}`
  if (operation === ALU.mov && offset !== 0) return `${target} = (s${offset})${source(instruction)}`
  const sign = offset === 1 && (operation === ALU.div || operation === ALU.mod) ? `s${ALU_SIGNS[operation]}` : ALU_SIGNS[operation]
  return `${target} ${sign} ${source(instruction)}`
}

function endianName(opcode: number): string {
  if (classOf(opcode) === CLASS.alu64) return 'bswap'
  return usesRegister(opcode) ? 'be' : 'le'
}

const JUMP_SIGNS: Readonly<Record<number, string>> = {
  [JMP.jeq]: '==',
  [JMP.jne]: '!=',
  [JMP.jgt]: '>',
  [JMP.jge]: '>=',
  [JMP.jlt]: '<',
  [JMP.jle]: '<=',
  [JMP.jset]: '&',
  [JMP.jsgt]: 's>',
  [JMP.jsge]: 's>=',
  [JMP.jslt]: 's<',
  [JMP.jsle]: 's<=',
}

const HELPER_NAMES: ReadonlyMap<number, string> = new Map(Object.entries(HELPERS).map(([helper, { id }]) => [id, helper]))

function formatJump(instruction: Instruction): string {
  const { opcode, dst, offset, imm } = instruction
  const operation = operationOf(opcode)
  const target = distance(BigInt(offset))
  if (operation === JMP.exit) return 'exit'
  if (operation === JMP.call) return `call ${formatCallee(instruction)}`
  if (operation === JMP.ja) return classOf(opcode) === CLASS.jmp32 ? `gotol ${distance(imm)}` : `goto ${target}`
  return `if ${register(instruction, dst)} ${JUMP_SIGNS[operation]} ${source(instruction)} goto ${target}`
}

const distance = (slots: bigint): string => `pc${slots < 0n ? '' : '+'}${slots}`

function formatCallee({ src, imm, kfunc }: Instruction): string {
  if (src === PSEUDO.call) return distance(imm)
  if (src === PSEUDO.kfunc) return `kfunc ${kfunc ?? `#${imm}`}`
  return `${HELPER_NAMES.has(Number(imm)) ? `bpf_${HELPER_NAMES.get(Number(imm))}` : 'unknown'}#${imm}`
}

const SIZES: Readonly<Record<number, string>> = { [SIZE.b]: 'u8', [SIZE.h]: 'u16', [SIZE.w]: 'u32', [SIZE.dw]: 'u64' }

function memory({ opcode, offset }: Instruction, base: number): string {
  const type = SIZES[sizeOf(opcode)] ?? 'u64'
  return `*(${modeOf(opcode) === MODE.memsx ? type.replace('u', 's') : type} *)(r${base} ${offset < 0 ? '-' : '+'}${Math.abs(offset)})`
}

const ATOMIC_SIGNS: Readonly<Record<number, string>> = { [ATOMIC.add]: 'add', [ATOMIC.or]: 'or', [ATOMIC.and]: 'and', [ATOMIC.xor]: 'xor' }
const ATOMIC_OPERATORS: Readonly<Record<number, string>> = { [ATOMIC.add]: '+=', [ATOMIC.or]: '|=', [ATOMIC.and]: '&=', [ATOMIC.xor]: '^=' }

function formatAtomic(instruction: Instruction): string {
  const { opcode, dst, src } = instruction
  const operation = Number(instruction.imm)
  const bits = sizeOf(opcode) === SIZE.dw ? '64' : ''
  const value = `${bits === '' ? 'w' : 'r'}${src}`
  const place = placeAt(instruction, dst)
  if (operation === ORDERED.loadAcquire) return `${bits === '' ? 'w' : 'r'}${dst} = load_acquire(${placeAt(instruction, src)})`
  if (operation === ORDERED.storeRelease) return `store_release(${place}, ${value})`
  if (operation === ATOMIC.xchg) return `${value} = atomic${bits}_xchg(${place}, ${value})`
  if (operation === ATOMIC.cmpxchg) return `${value.charAt(0)}0 = atomic${bits}_cmpxchg(${place}, ${value.charAt(0)}0, ${value})`
  if ((operation & ATOMIC.fetch) !== 0)
    return `${value} = atomic${bits}_fetch_${ATOMIC_SIGNS[operation & ~ATOMIC.fetch]}(${place}, ${value})`
  return `lock *${place} ${ATOMIC_OPERATORS[operation]} ${value}`
}

const placeAt = ({ opcode, offset }: Instruction, base: number): string =>
  `(${SIZES[sizeOf(opcode)]} *)(r${base} ${offset < 0 ? '-' : '+'}${Math.abs(offset)})`
