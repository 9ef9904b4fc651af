/**
 * Machine code before register allocation: eBPF instructions over an unlimited set of registers, in basic blocks. Numbers
 * below `FIRST_VIRTUAL` are the machine's own registers, the others virtual ones. Which registers an instruction reads
 * and writes follows from its opcode, as the instruction set is regular.
 */
import type { Span } from '../../../base/source-text.ts'
import type { Reference } from '../../../format/asm/instruction.ts'
import { ALU, ATOMIC, CLASS, classOf, JMP, LD_IMM64, MODE, modeOf, operationOf, SOURCE, usesRegister } from '../../../format/asm/opcodes.ts'
import type { TypeRelocation } from '../../../format/asm/type-relocation.ts'
import type { IrFunction, StackSlot } from '../../ir/ir.ts'

/** A machine register (0 to 10) or a virtual one (from `FIRST_VIRTUAL`). */
export type RegisterNumber = number
/** The first virtual register. */
export const FIRST_VIRTUAL = 16
/** The frame pointer, which is never allocated. */
export const FRAME_POINTER = 10
/** Registers that values may live in. */
export const ALLOCATABLE = 10
/** Registers that a call overwrites: r0 to r5. */
const CALL_CLOBBERED = [0, 1, 2, 3, 4, 5] as const

/** What lies in the stack frame: a slot of the program, or the home of a spilled register. */
export type FrameObject = StackSlot | SpillSlot
/** Eight bytes of stack for a value that found no register. */
export interface SpillSlot {
  readonly kind: 'spill_slot'
  readonly size: 8
}

/** One instruction. */
export interface MachineInstruction {
  readonly opcode: number
  readonly dst: RegisterNumber
  readonly src: RegisterNumber
  readonly offset: number
  readonly imm: bigint
  readonly reference?: Reference | undefined
  /** The frame object whose place is added to `offset` (memory accesses through r10) or `imm` (arithmetic). */
  readonly frame?: FrameObject | undefined
  /** The function that a call, or a load with `src` `PSEUDO.function`, is for; its distance is known when all have places. */
  readonly callee?: IrFunction | undefined
  /** The kernel's function that a call is for. */
  readonly kfunc?: string | undefined
  /** What the kernel's types are asked for, in the place of `imm`. */
  readonly relocation?: TypeRelocation | undefined
  /** Argument registers that a call reads. */
  readonly argumentCount?: number
  readonly span?: Span | undefined
}

/** How a machine block ends. A `branch` holds its comparison, whose offset is set when blocks have places. */
export type MachineEnd =
  | { readonly kind: 'jump'; target: MachineBlock; readonly span?: Span | undefined }
  | { readonly kind: 'branch'; test: MachineInstruction; taken: MachineBlock; next: MachineBlock }
  | { readonly kind: 'exit'; readonly span?: Span | undefined }

/** A basic block of machine code. */
export interface MachineBlock {
  readonly index: number
  instructions: MachineInstruction[]
  end: MachineEnd
  /** How many loops it stands in, as a weight for spill costs. */
  readonly depth: number
  /** True when it is seldom reached, so that it is placed behind the others. */
  readonly cold: boolean
}

/** A function in machine code; `blocks[0]` is the entry. */
export interface MachineFunction {
  readonly name: string
  blocks: MachineBlock[]
  /** The next free virtual register. */
  nextRegister: RegisterNumber
}

/** The blocks that may follow. */
export function successorsOf(block: MachineBlock): readonly MachineBlock[] {
  switch (block.end.kind) {
    case 'jump':
      return [block.end.target]
    case 'branch':
      return [block.end.taken, block.end.next]
    case 'exit':
      return []
  }
}

/** True for `dst = src`, 64 bits, between registers. */
export function isCopy(instruction: MachineInstruction): boolean {
  return instruction.opcode === (CLASS.alu64 | ALU.mov | SOURCE.x) && instruction.offset === 0 && instruction.frame === undefined
}

/** The registers that an instruction writes. */
export function definitionsOf(instruction: MachineInstruction): readonly RegisterNumber[] {
  switch (classOf(instruction.opcode)) {
    case CLASS.alu32:
    case CLASS.alu64:
    case CLASS.ldx:
    case CLASS.ld:
      return [instruction.dst]
    case CLASS.jmp:
      return operationOf(instruction.opcode) === JMP.call ? CALL_CLOBBERED : []
    case CLASS.stx:
      return atomicResult(instruction)
    default:
      return []
  }
}

/** The registers that an instruction reads. */
export function usesOf(instruction: MachineInstruction): readonly RegisterNumber[] {
  const { opcode, dst, src } = instruction
  switch (classOf(opcode)) {
    case CLASS.alu32:
    case CLASS.alu64:
      return aluUses(instruction)
    case CLASS.ldx:
      return [src]
    case CLASS.st:
      return [dst]
    case CLASS.stx:
      return isCompareExchange(instruction) ? [dst, src, 0] : [dst, src]
    case CLASS.jmp:
    case CLASS.jmp32:
      return jumpUses(instruction)
    default:
      return []
  }
}

function aluUses({ opcode, dst, src }: MachineInstruction): readonly RegisterNumber[] {
  const operation = operationOf(opcode)
  if (operation === ALU.mov) return usesRegister(opcode) ? [src] : []
  if (operation === ALU.neg || operation === ALU.end) return [dst]
  return usesRegister(opcode) ? [dst, src] : [dst]
}

function jumpUses({ opcode, dst, src, argumentCount }: MachineInstruction): readonly RegisterNumber[] {
  const operation = operationOf(opcode)
  if (operation === JMP.call) return ARGUMENTS.slice(0, argumentCount ?? 0)
  if (operation === JMP.exit) return [0]
  if (operation === JMP.ja) return []
  return usesRegister(opcode) ? [dst, src] : [dst]
}

const ARGUMENTS = [1, 2, 3, 4, 5] as const

function isCompareExchange(instruction: MachineInstruction): boolean {
  return modeOf(instruction.opcode) === MODE.atomic && Number(instruction.imm) === ATOMIC.cmpxchg
}

function atomicResult(instruction: MachineInstruction): readonly RegisterNumber[] {
  if (modeOf(instruction.opcode) !== MODE.atomic) return []
  if (isCompareExchange(instruction)) return [0]
  return (Number(instruction.imm) & ATOMIC.fetch) !== 0 ? [instruction.src] : []
}

/** True when `dst` is a register operand (read or written), and not just a field that is zero. */
export function hasDst({ opcode }: MachineInstruction): boolean {
  const operation = operationOf(opcode)
  if (classOf(opcode) === CLASS.jmp) return operation !== JMP.call && operation !== JMP.exit && operation !== JMP.ja
  return true
}

/** True when `src` is a register operand. */
export function hasSrc({ opcode }: MachineInstruction): boolean {
  switch (classOf(opcode)) {
    case CLASS.ldx:
    case CLASS.stx:
      return true
    case CLASS.alu32:
    case CLASS.alu64: {
      const operation = operationOf(opcode)
      return usesRegister(opcode) && operation !== ALU.neg && operation !== ALU.end
    }
    case CLASS.jmp:
    case CLASS.jmp32:
      return hasDst({ opcode } as MachineInstruction) && usesRegister(opcode)
    default:
      return false
  }
}

/** True when an instruction only makes a number or an address from nothing, so that making it again costs less than keeping it. */
export function isRematerialisable(instruction: MachineInstruction): boolean {
  const { opcode } = instruction
  return opcode === LD_IMM64 || opcode === (CLASS.alu64 | ALU.mov | SOURCE.k) || opcode === (CLASS.alu32 | ALU.mov | SOURCE.k)
}
