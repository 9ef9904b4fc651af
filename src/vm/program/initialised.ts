/**
 * Which registers have a value where: registers that may be read before anything was written to them. The verifier follows every
 * path with what it knows there; here paths are merged, so that a register which has a value on some ways only is left to be
 * watched at run time.
 */
import { type Instruction, PSEUDO } from '../../format/asm/instruction.ts'
import { ALU, ATOMIC, CLASS, classOf, JMP, MODE, modeOf, ORDERED, operationOf, usesRegister } from '../../format/asm/opcodes.ts'
import type { Block } from './control-flow.ts'

/** What an instruction does to registers, as sets of bits. */
export interface RegisterUse {
  readonly reads: number
  readonly writes: number
  /** Registers that hold nothing afterwards. */
  readonly destroys: number
}

const ARGUMENTS = 0b111110
const bit = (register: number): number => 1 << register

/** The registers that an instruction reads, writes and destroys. `argumentCount` says how many a call takes. */
export function registerUse(instruction: Instruction, argumentCount: number): RegisterUse {
  const { opcode, dst, src } = instruction
  const none = { reads: 0, writes: 0, destroys: 0 }
  switch (classOf(opcode)) {
    case CLASS.alu32:
    case CLASS.alu64: {
      const operation = operationOf(opcode)
      const source = operation !== ALU.end && operation !== ALU.neg && usesRegister(opcode) ? bit(src) : 0
      return { reads: source | (operation === ALU.mov ? 0 : bit(dst)), writes: bit(dst), destroys: 0 }
    }
    case CLASS.jmp:
    case CLASS.jmp32: {
      const operation = operationOf(opcode)
      if (operation === JMP.ja) return none
      if (operation === JMP.exit) return { ...none, reads: 1 }
      if (operation === JMP.call) return { reads: (bit(argumentCount + 1) - 1) & ARGUMENTS, writes: 1, destroys: ARGUMENTS }
      return { ...none, reads: bit(dst) | (usesRegister(opcode) ? bit(src) : 0) }
    }
    case CLASS.ldx:
      return { reads: bit(src), writes: bit(dst), destroys: 0 }
    case CLASS.st:
      return { ...none, reads: bit(dst) }
    case CLASS.stx:
      return modeOf(opcode) === MODE.atomic ? atomicUse(instruction) : { ...none, reads: bit(dst) | bit(src) }
    default:
      return { ...none, writes: bit(dst) }
  }
}

function atomicUse({ dst, src, imm }: Instruction): RegisterUse {
  const operation = Number(imm)
  if (operation === ORDERED.loadAcquire) return { reads: bit(src), writes: bit(dst), destroys: 0 }
  const reads = bit(dst) | bit(src)
  if (operation === ATOMIC.cmpxchg) return { reads: reads | 1, writes: 1, destroys: 0 }
  return { reads, writes: (operation & ATOMIC.fetch) === 0 ? 0 : bit(src), destroys: 0 }
}

/** True for a call of another function of the program. */
export const callsFunction = ({ opcode, src }: Instruction): boolean => opcode === (CLASS.jmp | JMP.call) && src === PSEUDO.call

/** By index of instruction: the registers that it reads and that may hold nothing then. Absent where there are none. */
export function findUninitialised(
  blocks: readonly Block[],
  initial: number,
  uses: (index: number) => RegisterUse,
): ReadonlyMap<number, number> {
  const entry = blocks.map((_, number) => (number === 0 ? initial : -1))
  for (let changed = true; changed; ) {
    changed = false
    for (const [number, block] of blocks.entries()) {
      let known = entry[number] as number
      for (let index = block.start; index < block.end; index++) known = after(known, uses(index))
      for (const to of block.successors) {
        const met = (entry[to] as number) & known
        if (met === entry[to]) continue
        entry[to] = met
        changed = true
      }
    }
  }
  const found = new Map<number, number>()
  for (const [number, block] of blocks.entries()) {
    let known = entry[number] as number
    for (let index = block.start; index < block.end; index++) {
      const use = uses(index)
      if ((use.reads & ~known) !== 0) found.set(index, use.reads & ~known)
      known = after(known, use)
    }
  }
  return found
}

/** The registers that hold something after an instruction. */
const after = (known: number, { writes, destroys }: RegisterUse): number => (known & ~destroys) | writes
