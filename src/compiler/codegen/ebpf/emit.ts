/**
 * The last step: gives frame objects their places, blocks their addresses, and makes plain instructions.
 */
import type { Instruction, Register } from '../../../format/asm/instruction.ts'
import { slotsOf } from '../../../format/asm/instruction.ts'
import { CLASS, classOf, JMP, operationOf } from '../../../format/asm/opcodes.ts'
import type { IrFunction } from '../../ir/ir.ts'
import { TooLarge } from '../../too-large.ts'
import { layOutFrame } from './frame.ts'
import { layOutBlocks } from './layout.ts'
import type { FrameObject, MachineBlock, MachineFunction, MachineInstruction } from './machine.ts'

/** A finished program. */
export interface EmittedCode {
  readonly instructions: Instruction[]
  /** Bytes of stack; the kernel refuses more than 512. */
  readonly frameSize: number
  /** Bytes of it that hold spilled registers. */
  readonly spillSize: number
  /** The instructions (by index) whose `imm` is to be the distance to a function. */
  readonly calls: readonly FunctionUse[]
}

/** A call of a function, or a load of its address. */
export interface FunctionUse {
  readonly index: number
  readonly callee: IrFunction
}

/** A jump and the block that it goes to. */
interface PendingJump {
  readonly index: number
  readonly target: MachineBlock
}

/** Emits a function whose registers are all machine registers. */
export function emitFunction(machine: MachineFunction): EmittedCode {
  const order = layOutBlocks(machine)
  const frame = layOutFrame(order)
  const starts = new Map<MachineBlock, number>()
  const jumps: PendingJump[] = []
  const instructions: Instruction[] = []
  const calls: FunctionUse[] = []
  const append = (instruction: MachineInstruction) => {
    if (instruction.callee !== undefined) calls.push({ index: instructions.length, callee: instruction.callee })
    instructions.push(finish(instruction, frame.offsets))
  }
  for (const [index, block] of order.entries()) {
    starts.set(block, instructions.length)
    for (const instruction of block.instructions) append(instruction)
    for (const { instruction, target } of endOf(block, order[index + 1])) {
      if (target !== undefined) jumps.push({ index: instructions.length, target })
      append(instruction)
    }
  }
  resolveJumps(instructions, jumps, starts)
  return { instructions, frameSize: frame.size, spillSize: frame.spillSize, calls }
}

/** What the end of a block becomes, given the block that is emitted next. */
function endOf(
  block: MachineBlock,
  following: MachineBlock | undefined,
): { readonly instruction: MachineInstruction; readonly target?: MachineBlock }[] {
  const { end } = block
  const always = (target: MachineBlock) => ({ instruction: bare(CLASS.jmp | JMP.ja, end), target })
  switch (end.kind) {
    case 'exit':
      return [{ instruction: bare(CLASS.jmp | JMP.exit, end) }]
    case 'jump':
      return end.target === following ? [] : [always(end.target)]
    case 'branch': {
      const inverse = INVERSE.get(operationOf(end.test.opcode))
      if (end.taken === following && inverse !== undefined) {
        return [{ instruction: { ...end.test, opcode: (end.test.opcode & ~0xf0) | inverse }, target: end.next }]
      }
      const test = { instruction: end.test, target: end.taken }
      return end.next === following ? [test] : [test, always(end.next)]
    }
  }
}

function bare(opcode: number, end: MachineBlock['end']): MachineInstruction {
  const span = end.kind === 'branch' ? end.test.span : end.span
  return { opcode, dst: 0, src: 0, offset: 0, imm: 0n, span }
}

const PAIRS = [
  [JMP.jeq, JMP.jne],
  [JMP.jgt, JMP.jle],
  [JMP.jge, JMP.jlt],
  [JMP.jsgt, JMP.jsle],
  [JMP.jsge, JMP.jslt],
] as const
const INVERSE: ReadonlyMap<number, number> = new Map(
  PAIRS.flatMap(([a, b]): [number, number][] => [
    [a, b],
    [b, a],
  ]),
)

function finish(instruction: MachineInstruction, offsets: ReadonlyMap<FrameObject, number>): Instruction {
  const { opcode, dst, src, reference, kfunc, relocation, span, frame } = instruction
  const place = frame === undefined ? 0 : (offsets.get(frame) ?? 0)
  const isMemory = classOf(opcode) === CLASS.ldx || classOf(opcode) === CLASS.st || classOf(opcode) === CLASS.stx
  return {
    opcode,
    dst: dst as Register,
    src,
    offset: instruction.offset + (isMemory ? place : 0),
    imm: instruction.imm + BigInt(isMemory ? 0 : place),
    ...(reference === undefined ? {} : { reference }),
    ...(kfunc === undefined ? {} : { kfunc }),
    ...(relocation === undefined ? {} : { relocation }),
    ...(span === undefined ? {} : { span }),
  }
}

function resolveJumps(instructions: Instruction[], jumps: readonly PendingJump[], starts: ReadonlyMap<MachineBlock, number>): void {
  const slots: number[] = []
  let slot = 0
  for (const instruction of instructions) {
    slots.push(slot)
    slot += slotsOf(instruction)
  }
  slots.push(slot)
  for (const { index, target } of jumps) {
    const offset = (slots[starts.get(target) ?? 0] ?? 0) - (slots[index] ?? 0) - 1
    if (offset < -0x8000 || offset > 0x7fff)
      throw new TooLarge(`it takes a jump over ${offset} instructions`, 'split it into several probes')
    instructions[index] = { ...(instructions[index] as Instruction), offset }
  }
}
