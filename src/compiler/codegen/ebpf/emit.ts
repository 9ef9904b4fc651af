/**
 * The last step: gives frame objects their places, blocks their addresses, and makes plain instructions.
 */
import type { Instruction, Register } from '../../../format/asm/instruction.ts'
import { slotsOf } from '../../../format/asm/instruction.ts'
import { CLASS, classOf, JMP } from '../../../format/asm/opcodes.ts'
import type { InstructionSet } from '../../../spec/instruction-set.ts'
import type { IrFunction } from '../../ir/ir.ts'
import { TooLarge } from '../../too-large.ts'
import { layOutFrame } from './frame.ts'
import { layOutBlocks } from './layout.ts'
import type { FrameObject, MachineBlock, MachineEnd, MachineFunction, MachineInstruction } from './machine.ts'
import { oppositeOf } from './opposite-test.ts'

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

/** Instructions in their order, jumps still without distances. */
interface Placement {
  readonly instructions: Instruction[]
  readonly calls: FunctionUse[]
  readonly jumps: PendingJump[]
  /** The index of each block's first instruction. */
  readonly starts: Map<MachineBlock, number>
}

/** A jump from the end of a block, and where it goes. */
interface PendingJump {
  readonly index: number
  readonly from: MachineBlock
  readonly target: MachineBlock
}

/** Emits a function whose registers are all machine registers. Throws `TooLarge` when only long jumps would do and there are none. */
export function emitFunction(machine: MachineFunction, set: InstructionSet): EmittedCode {
  const order = layOutBlocks(machine)
  const frame = layOutFrame(order)
  const far = new Set<MachineBlock>()
  for (;;) {
    const placement = placeBlocks(order, { offsets: frame.offsets, far, set })
    const tooFar = resolveJumps(placement)
    const { instructions, calls } = placement
    if (tooFar.length === 0) return { instructions, frameSize: frame.size, spillSize: frame.spillSize, calls }
    if (!set.has(4))
      throw new TooLarge(`it takes a jump over more than ${REACH} instructions`, 'split it into several probes; Linux 6.6 has longer jumps')
    for (const block of tooFar) far.add(block)
  }
}

/** How far a jump reaches, in slots; long ones reach everything. */
const REACH = 0x7fff

interface PlaceOptions {
  readonly offsets: ReadonlyMap<FrameObject, number>
  /** Blocks that end in long jumps. */
  readonly far: ReadonlySet<MachineBlock>
  readonly set: InstructionSet
}

function placeBlocks(order: readonly MachineBlock[], { offsets, far, set }: PlaceOptions): Placement {
  const placement: Placement = { instructions: [], calls: [], jumps: [], starts: new Map() }
  const { instructions, calls, jumps, starts } = placement
  const append = (instruction: MachineInstruction) => {
    if (instruction.callee !== undefined) calls.push({ index: instructions.length, callee: instruction.callee })
    instructions.push(finish(instruction, offsets))
  }
  for (const [index, block] of order.entries()) {
    starts.set(block, instructions.length)
    for (const instruction of block.instructions) append(instruction)
    const end = endOf(block.end, { following: order[index + 1], set })
    for (const { instruction, target } of far.has(block) ? end.flatMap((jump) => lengthened(jump, set)) : end) {
      if (target !== undefined) jumps.push({ index: instructions.length, from: block, target })
      append(instruction)
    }
  }
  return placement
}

/** An instruction at the end of a block, and where it jumps to if it does. */
interface EndInstruction {
  readonly instruction: MachineInstruction
  readonly target?: MachineBlock
}

/** What the end of a block becomes, given the block that is emitted next. */
function endOf(
  end: MachineEnd,
  { following, set }: { readonly following: MachineBlock | undefined; readonly set: InstructionSet },
): EndInstruction[] {
  const always = (target: MachineBlock) => ({ instruction: bare(CLASS.jmp | JMP.ja, spanOf(end)), target })
  switch (end.kind) {
    case 'exit':
      return [{ instruction: bare(CLASS.jmp | JMP.exit, end.span) }]
    case 'jump':
      return end.target === following ? [] : [always(end.target)]
    case 'branch': {
      const opposite = end.taken === following ? oppositeOf(end.test, set) : undefined
      if (opposite !== undefined) return [{ instruction: opposite, target: end.next }]
      const test = { instruction: end.test, target: end.taken }
      return end.next === following ? [test] : [test, always(end.next)]
    }
  }
}

/** The same with a long jump, which has no condition: the opposite condition jumps over it. @kernel 6.6 */
function lengthened({ instruction, target }: EndInstruction, set: InstructionSet): EndInstruction[] {
  if (target === undefined) return [{ instruction }]
  const long = { instruction: bare(CLASS.jmp32 | JMP.ja, instruction.span), target }
  const over = oppositeOf(instruction, set)
  return over === undefined ? [long] : [{ instruction: { ...over, offset: 1 } }, long]
}

const spanOf = (end: MachineEnd) => (end.kind === 'branch' ? end.test.span : end.span)

function bare(opcode: number, span: MachineInstruction['span']): MachineInstruction {
  return { opcode, dst: 0, src: 0, offset: 0, imm: 0n, span }
}

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

/** Fills in the distances; answers the blocks from which one is too far. */
function resolveJumps({ instructions, jumps, starts }: Placement): MachineBlock[] {
  const slots: number[] = []
  let slot = 0
  for (const instruction of instructions) {
    slots.push(slot)
    slot += slotsOf(instruction)
  }
  const tooFar: MachineBlock[] = []
  for (const { index, from, target } of jumps) {
    const distance = (slots[starts.get(target) ?? 0] ?? 0) - (slots[index] ?? 0) - 1
    const jump = instructions[index] as Instruction
    if (jump.opcode === (CLASS.jmp32 | JMP.ja)) instructions[index] = { ...jump, imm: BigInt(distance) }
    else if (Math.abs(distance) > REACH) tooFar.push(from)
    else instructions[index] = { ...jump, offset: distance }
  }
  return tooFar
}
