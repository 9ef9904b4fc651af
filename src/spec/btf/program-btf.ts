/**
 * What BTF says of a program: its functions with their parameters, and for each instruction the line of the user's source.
 * The verifier's log and `bpftool prog dump xlated linum` quote those lines.
 */
import { positionAt, type SourceText } from '../../base/source-text.ts'
import { type Instruction, PSEUDO, slotsOf } from '../../format/asm/instruction.ts'
import { CLASS, JMP, LD_IMM64 } from '../../format/asm/opcodes.ts'
import type { BtfBuilder } from '../../format/btf/btf-builder.ts'
import type { TypeId } from '../../format/btf/btf-type.ts'
import { encodeFunctionInfo, encodeLineInfo, type LineInfo } from '../../format/btf/program-info.ts'
import type { ProgramFunction, ProgramSpec, ProgramType } from '../program-spec.ts'
import { INT32, UINT64 } from '../types/type.ts'
import { identifier } from './identifier.ts'
import { quoteLine } from './quote-line.ts'
import { addInt, addStruct } from './type-btf.ts'

/** Records for BPF_PROG_LOAD. `lines` is empty when no instruction comes from source. */
export interface ProgramInfo {
  readonly functions: Uint8Array
  readonly lines: Uint8Array
}

/** The struct that each type of program finds its context in; the kernel knows them by these names. Tracepoints have none. */
const CONTEXT: Readonly<Record<ProgramType, string | undefined>> = {
  kprobe: 'bpf_user_pt_regs_t',
  perf_event: 'bpf_perf_event_data',
  raw_tracepoint: 'bpf_raw_tracepoint_args',
  tracepoint: undefined,
  iterator: undefined,
}

/** Describes a program; `undefined` when where its functions begin is not known. */
export function addProgram(builder: BtfBuilder, program: ProgramSpec): ProgramInfo | undefined {
  const main: ProgramFunction = { name: program.name, start: 0, parameterCount: 1 }
  const functions = program.functions ?? (program.instructions.some(namesFunction) ? [] : [main])
  if (functions.length === 0) return undefined
  const result = addInt(builder, INT32)
  const infos = functions.map((one, index) => {
    const parameters =
      index === 0
        ? [{ name: 'ctx', type: addContext(builder, program.type) }]
        : Array.from({ length: one.parameterCount }, (_, at) => ({ name: `r${at + 1}`, type: addRegister(builder) }))
    const type = builder.add({ kind: 'prototype', result: index === 0 ? result : addInt(builder, UINT64), parameters })
    return { slot: one.start, type: builder.add({ kind: 'function', name: identifier(one.name), type, linkage: 'static' }) }
  })
  return { functions: encodeFunctionInfo(infos), lines: encodeLineInfo(linesOf(builder, program, functions)) }
}

function namesFunction({ opcode, src }: Instruction): boolean {
  return opcode === (CLASS.jmp | JMP.call) ? src === PSEUDO.call : opcode === LD_IMM64 && src === PSEUDO.function
}

function addContext(builder: BtfBuilder, type: ProgramType): TypeId {
  const name = CONTEXT[type]
  if (name === undefined) return builder.add({ kind: 'pointer', name: '', type: 0 })
  const struct = addStruct(builder, { name: name.replace('bpf_user_pt_regs_t', 'user_pt_regs'), size: 0, fields: [] })
  const named = name === 'bpf_user_pt_regs_t' ? builder.add({ kind: 'typedef', name, type: struct }) : struct
  return builder.add({ kind: 'pointer', name: '', type: named })
}

/**
 * What a parameter of an inner function holds: a number or an address. The verifier sees for itself which; were it told `int`,
 * it would complain in its log of each pointer (and go on).
 */
function addRegister(builder: BtfBuilder): TypeId {
  const members = [
    { name: 'number', type: addInt(builder, UINT64), bitOffset: 0, bitSize: 0 },
    { name: 'address', type: builder.add({ kind: 'pointer', name: '', type: 0 }), bitOffset: 0, bitSize: 0 },
  ]
  return builder.add({ kind: 'union', name: 'bpf_register', size: 8, members })
}

/**
 * A record where the place changes. The kernel wants one at the start of each function: an instruction without span gets that of
 * the next one there, or none.
 */
function linesOf(builder: BtfBuilder, { source, instructions }: ProgramSpec, functions: readonly ProgramFunction[]): LineInfo[] {
  if (!instructions.some(({ span }) => span !== undefined)) return []
  const starts = new Set(functions.map(({ start }) => start))
  const lines: LineInfo[] = []
  let slot = 0
  let last: number | undefined
  for (const [index, instruction] of instructions.entries()) {
    const isStart = starts.has(slot)
    const offset = (instruction.span ?? (isStart ? nextSpan(instructions, index) : undefined))?.start
    if (isStart || (offset !== undefined && offset !== last)) {
      lines.push({ slot, ...placeOf(builder, source, offset) })
      last = offset
    }
    slot += slotsOf(instruction)
  }
  return lines
}

function nextSpan(instructions: readonly Instruction[], from: number) {
  for (let index = from; index < instructions.length; index++) if (instructions[index]?.span !== undefined) return instructions[index]?.span
  return undefined
}

function placeOf(builder: BtfBuilder, source: SourceText, offset: number | undefined): Omit<LineInfo, 'slot'> {
  const file = builder.string(source.name)
  if (offset === undefined) return { file, text: 0, line: 0, column: 0 }
  const { line, column } = positionAt(source, offset)
  return { file, text: builder.string(quoteLine(source, { line, column })), line, column }
}
