/**
 * One program as the machine reads it: slots and indices of instructions resolved into each other, split into functions, each
 * instruction known to exist. What is wrong with a program before it runs is a `VmFault` of kind `malformed program`.
 */

import { lineAt, positionAt, type SourceText } from '../../base/source-text.ts'
import { VmFault, type VmFaultKind } from '../../base/vm-fault.ts'
import { formatInstruction } from '../../format/asm/disassemble.ts'
import { type Instruction, PSEUDO, slotsOf } from '../../format/asm/instruction.ts'
import { CLASS, classOf, JMP, LD_IMM64, operationOf } from '../../format/asm/opcodes.ts'

/** A program as it is handed to the machine. A `ProgramSpec` is one. */
export interface ProgramInput {
  readonly name: string
  /** All functions one after the other, the main one first. */
  readonly instructions: readonly Instruction[]
  /** Where each function begins; what is called is found without it, but has no name then. */
  readonly functions?: readonly { readonly name: string; readonly start: number; readonly parameterCount?: number }[]
  /** What the spans of the instructions point into. */
  readonly source?: SourceText
}

/** One function: instructions `[start, end)` by index. */
export interface ImageFunction {
  readonly name: string
  readonly start: number
  readonly end: number
  /** Arguments that have a value on entry. */
  readonly parameterCount: number
}

/** A program with its functions. */
export interface Image {
  readonly input: ProgramInput
  readonly functions: readonly ImageFunction[]
  /** Slot of each instruction. */
  readonly slots: readonly number[]
  /** Index of the instruction that begins in each slot; -1 for a second half. */
  readonly indices: Int32Array
}

/** Reads a program. Throws `VmFault` when it has no instructions or calls what is no instruction of it. */
export function readImage(input: ProgramInput): Image {
  const { instructions } = input
  const slots: number[] = []
  let slot = 0
  for (const instruction of instructions) {
    slots.push(slot)
    slot += slotsOf(instruction)
  }
  const indices = new Int32Array(slot).fill(-1)
  for (const [index, at] of slots.entries()) indices[at] = index
  const bare: Image = { input, functions: [{ name: input.name, start: 0, end: instructions.length, parameterCount: 1 }], slots, indices }
  if (instructions.length === 0) throw faultAt(bare, 0, { kind: 'malformed program', detail: 'it has no instructions' })
  return { ...bare, functions: findFunctions(bare) }
}

/** Index of the instruction `distance` slots behind the first slot of instruction `index`; throws `VmFault` when there is none. */
export function indexAt(image: Image, index: number, distance: number): number {
  const target = image.indices[(image.slots[index] ?? 0) + 1 + distance] ?? -1
  if (target === -1) throw faultAt(image, index, { kind: 'malformed program', detail: 'it leads to no instruction of the program' })
  return target
}

/** True for a call of a function of the same program, or a reference to one. */
function namesFunction({ opcode, src }: Instruction): boolean {
  if (opcode === LD_IMM64) return src === PSEUDO.function
  return classOf(opcode) === CLASS.jmp && operationOf(opcode) === JMP.call && src === PSEUDO.call
}

function findFunctions(image: Image): ImageFunction[] {
  const { input, indices } = image
  const declared = new Map((input.functions ?? []).map((each) => [indices[each.start] ?? -1, each]))
  const starts = new Set([0, ...declared.keys()])
  for (const [index, instruction] of input.instructions.entries())
    if (namesFunction(instruction)) starts.add(indexAt(image, index, Number(instruction.imm)))
  const sorted = [...starts].filter((start) => start >= 0).sort((a, b) => a - b)
  return sorted.map((start, i) => ({
    name: declared.get(start)?.name ?? (start === 0 ? input.name : `${input.name}+${image.slots[start]}`),
    start,
    end: sorted[i + 1] ?? input.instructions.length,
    parameterCount: declared.get(start)?.parameterCount ?? (start === 0 ? 1 : 5),
  }))
}

/** The fault of one instruction, with everything that is known of the place. */
export function faultAt(
  image: Image,
  index: number,
  what: { readonly kind: VmFaultKind; readonly detail: string; readonly address?: bigint },
): VmFault {
  const { input, slots, functions } = image
  const instruction = input.instructions[index]
  return new VmFault(what.kind, what.detail, {
    program: input.name,
    functionName: functions.find(({ start, end }) => index >= start && index < end)?.name ?? input.name,
    instruction: slots[index] ?? 0,
    listing: instruction === undefined ? 'the end' : formatInstruction(instruction),
    address: what.address,
    source: instruction === undefined ? undefined : quote(input.source, instruction),
  })
}

function quote(source: SourceText | undefined, { span }: Instruction): string | undefined {
  if (source === undefined || span === undefined) return undefined
  const { line, column } = positionAt(source, span.start)
  return `${source.name}:${line}:${column}\n${lineAt(source, line)}\n${' '.repeat(column - 1)}^`
}
