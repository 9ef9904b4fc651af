/**
 * The compiler's front door: the main function of a program in, instructions out. Front-ends call only this. Functions that
 * stay functions are compiled first, since what they take of the stack is not there for those that call them.
 */
import type { Instruction } from '../format/asm/instruction.ts'
import { slotsOf } from '../format/asm/instruction.ts'
import type { MapSpec } from '../spec/map-spec.ts'
import type { ProgramFunction } from '../spec/program-spec.ts'
import { type CompiledFunction, type CompileOptions, compileFunction } from './compile-function.ts'
import type { IrFunction } from './ir/ir.ts'
import { functionsOf, referredFunctions } from './ir/program-functions.ts'
import { inlineCalls } from './passes/inline-calls.ts'

/** A compiled program. */
export interface CompiledProgram {
  /** All functions one after the other, the main one first. */
  readonly instructions: readonly Instruction[]
  /** Where each function begins; absent when there is only the main one. */
  readonly functions?: readonly ProgramFunction[]
  /** Maps that the compiler itself needs (scratch memory for large values); names begin with `scratch`. */
  readonly maps: readonly MapSpec[]
}

/** Bytes of stack that a program may use, all functions that are active at a time together. */
const STACK_LIMIT = 512
/** The kernel counts the frame of each function in such steps (`check_max_stack_depth`). */
const FRAME_STEP = 32

/**
 * Optimises a program (in place) and generates code. The IR must be valid: tests see to that (`ir/validate.ts`), since looking takes
 * a tenth of the time. Throws `TooLarge`.
 */
export function compileProgram(main: IrFunction, options: CompileOptions): CompiledProgram {
  if (options.optimisation !== 'none' && inlineCalls(main)) options.onPass?.('inline-calls', main, 'changed')
  const compiled = new Map<IrFunction, CompiledFunction>()
  const depths = new Map<IrFunction, number>()
  for (const fn of functionsOf(main)) {
    const below = Math.max(0, ...referredFunctions(fn).map((callee) => depths.get(callee) ?? 0))
    const room = { stack: STACK_LIMIT - below, scratchMap: fn === main ? `scratch_${main.name}` : `scratch_${main.name}_${fn.name}` }
    const code = compileFunction(fn, room, options)
    compiled.set(fn, code)
    depths.set(fn, below + Math.max(1, Math.ceil(code.frameSize / FRAME_STEP)) * FRAME_STEP)
  }
  return link(main, compiled)
}

/**
 * Puts functions behind each other, the main one first, and fills in the distances between them. A function that nothing calls any
 * more, since the passes found that no way leads to the call, is left out: the kernel knows only of functions that are called.
 */
function link(main: IrFunction, compiled: ReadonlyMap<IrFunction, CompiledFunction>): CompiledProgram {
  const stays = new Set([main])
  for (const fn of stays) for (const { callee } of compiled.get(fn)?.calls ?? []) stays.add(callee)
  const maps = [...compiled.values()].flatMap((one) => one.maps)
  const order = [...compiled].reverse().filter(([fn]) => stays.has(fn))
  if (order.length === 1) return { instructions: order[0]?.[1].instructions ?? [], maps }
  const starts = new Map<IrFunction, number>()
  let start = 0
  for (const [fn, { instructions }] of order) {
    starts.set(fn, start)
    start += slotCount(instructions)
  }
  const functions = order.map(([fn]) => ({ name: fn.name, start: starts.get(fn) ?? 0, parameterCount: fn.parameters.length }))
  return { instructions: order.flatMap(([fn, code]) => withDistances(code, starts.get(fn) ?? 0, starts)), functions, maps }
}

function withDistances({ instructions, calls }: CompiledFunction, start: number, starts: ReadonlyMap<IrFunction, number>): Instruction[] {
  const linked = [...instructions]
  for (const { index, callee } of calls) {
    const next = start + slotCount(instructions.slice(0, index)) + 1
    linked[index] = { ...(instructions[index] as Instruction), imm: BigInt((starts.get(callee) ?? 0) - next) }
  }
  return linked
}

const slotCount = (instructions: readonly Instruction[]): number => instructions.reduce((sum, one) => sum + slotsOf(one), 0)
