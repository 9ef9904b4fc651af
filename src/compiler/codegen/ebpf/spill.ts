/**
 * Moves registers to memory: every use becomes a load into a short-lived register, every definition a store. Always all
 * eight bytes, so that the verifier keeps what it knows of the value. What is only a number or a reference is made again
 * instead.
 */
import { CLASS, MODE, SIZE } from '../../../format/asm/opcodes.ts'
import {
  definitionsOf,
  FRAME_POINTER,
  hasDst,
  hasSrc,
  isCopy,
  isRematerialisable,
  type MachineBlock,
  type MachineFunction,
  type MachineInstruction,
  type RegisterNumber,
  type SpillSlot,
  usesOf,
} from './machine.ts'

/** Where a spilled group lives: a place in the frame, or an instruction that makes it anew. */
type Home = { readonly kind: 'memory'; readonly slot: SpillSlot } | { readonly kind: 'made'; readonly instruction: MachineInstruction }

/** Spills groups of registers. Answers the short-lived registers that it made, which must not be spilled again. */
export function spillRegisters(machine: MachineFunction, groups: readonly (readonly RegisterNumber[])[]): RegisterNumber[] {
  const homes = chooseHomes(machine, groups)
  const made: RegisterNumber[] = []
  for (const block of machine.blocks) rewriteBlock(machine, block, { homes, made })
  return made
}

function chooseHomes(machine: MachineFunction, groups: readonly (readonly RegisterNumber[])[]): Map<RegisterNumber, Home> {
  const groupOf = new Map(groups.flatMap((group) => group.map((register) => [register, group] as const)))
  const definitions = new Map<readonly RegisterNumber[], MachineInstruction[]>(groups.map((group) => [group, []]))
  for (const block of machine.blocks) {
    for (const instruction of block.instructions) {
      for (const register of definitionsOf(instruction)) {
        const group = groupOf.get(register)
        if (group !== undefined && !isInternalCopy(instruction, groupOf)) definitions.get(group)?.push(instruction)
      }
    }
  }
  const homes = new Map<RegisterNumber, Home>()
  for (const [group, [only, ...others]] of definitions) {
    const home: Home =
      only !== undefined && others.length === 0 && isRematerialisable(only)
        ? { kind: 'made', instruction: only }
        : { kind: 'memory', slot: { kind: 'spill_slot', size: 8 } }
    for (const register of group) homes.set(register, home)
  }
  return homes
}

function isInternalCopy<T>(instruction: MachineInstruction, groupOf: ReadonlyMap<RegisterNumber, T>): boolean {
  const group = groupOf.get(instruction.dst)
  return isCopy(instruction) && group !== undefined && group === groupOf.get(instruction.src)
}

interface Spilling {
  readonly homes: ReadonlyMap<RegisterNumber, Home>
  readonly made: RegisterNumber[]
}

function rewriteBlock(machine: MachineFunction, block: MachineBlock, spilling: Spilling): void {
  const { homes } = spilling
  const before = block.instructions
  block.instructions = []
  for (const instruction of before) {
    if (isInternalCopy(instruction, homes)) continue
    const direct = directTransfer(instruction, homes)
    if (direct === undefined) rewriteInstruction(machine, block, { ...spilling, instruction })
    else block.instructions.push(...direct)
  }
  if (block.end.kind !== 'branch') return
  const test = withTemporaries(machine, block.end.test, spilling)
  block.instructions.push(...test.loads)
  block.end.test = test.instruction
}

/** A copy to or from memory is a store or a load, without a register in between. */
function directTransfer(instruction: MachineInstruction, homes: ReadonlyMap<RegisterNumber, Home>): MachineInstruction[] | undefined {
  const target = homes.get(instruction.dst)
  const source = homes.get(instruction.src)
  if (target?.kind === 'made' && definitionsOf(instruction).includes(instruction.dst)) return []
  if (!isCopy(instruction)) return undefined
  if (source !== undefined && target === undefined) return [fetchInstruction(source, instruction.dst, instruction)]
  if (target?.kind === 'memory' && source === undefined && instruction.src !== FRAME_POINTER)
    return [storeInstruction(target.slot, instruction.src, instruction)]
  return undefined
}

function rewriteInstruction(
  machine: MachineFunction,
  block: MachineBlock,
  work: Spilling & { readonly instruction: MachineInstruction },
): void {
  const { instruction, loads, temporaries } = withTemporaries(machine, work.instruction, work)
  block.instructions.push(...loads, instruction)
  for (const definition of definitionsOf(work.instruction)) {
    const home = work.homes.get(definition)
    const temporary = temporaries.get(definition)
    if (home?.kind === 'memory' && temporary !== undefined) block.instructions.push(storeInstruction(home.slot, temporary, instruction))
  }
}

function withTemporaries(machine: MachineFunction, instruction: MachineInstruction, { homes, made }: Spilling) {
  const temporaries = new Map<RegisterNumber, RegisterNumber>()
  const loads: MachineInstruction[] = []
  const uses = usesOf(instruction)
  for (const register of new Set([...uses, ...definitionsOf(instruction)])) {
    const home = homes.get(register)
    if (home === undefined) continue
    const temporary = machine.nextRegister++
    made.push(temporary)
    temporaries.set(register, temporary)
    if (uses.includes(register)) loads.push(fetchInstruction(home, temporary, instruction))
  }
  const { dst, src } = instruction
  const rewritten = {
    ...instruction,
    dst: hasDst(instruction) ? (temporaries.get(dst) ?? dst) : dst,
    src: hasSrc(instruction) ? (temporaries.get(src) ?? src) : src,
  }
  return { instruction: rewritten, loads, temporaries }
}

function fetchInstruction(home: Home, dst: RegisterNumber, at: MachineInstruction): MachineInstruction {
  if (home.kind === 'made') return { ...home.instruction, dst, span: at.span }
  return { opcode: CLASS.ldx | MODE.mem | SIZE.dw, dst, src: FRAME_POINTER, offset: 0, imm: 0n, frame: home.slot, span: at.span }
}

function storeInstruction(slot: SpillSlot, src: RegisterNumber, at: MachineInstruction): MachineInstruction {
  return { opcode: CLASS.stx | MODE.mem | SIZE.dw, dst: FRAME_POINTER, src, offset: 0, imm: 0n, frame: slot, span: at.span }
}
