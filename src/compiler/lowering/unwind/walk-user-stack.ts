/**
 * Walks the stack of the current task by tables, frame by frame (`spec/unwind-layout.ts`). Code without a table is taken for code that
 * keeps frame pointers: what is made at run time does, and Go does. @kernel 6.4
 */
import type { FunctionBuilder } from '../../ir/builder.ts'
import type { Operand } from '../../ir/ir.ts'
import { emitNumberLoop } from '../number-loop.ts'
import { readWord } from './kernel-word.ts'
import { STEP, stepFrame } from './step-frame.ts'
import { type RegisterSource, USER_CODE_64, userRegisters } from './user-registers.ts'
import { reserveWalkMemory, type WalkMemory } from './walk-memory.ts'

/** What to walk. */
export interface WalkRequest {
  readonly registers: RegisterSource
  /** Frames at most. */
  readonly depth: number
  /** Adds what is to be done when code was met whose file is not known: its address, and the file's key (`FILE_KEY`). */
  readonly onUnknown: (code: { readonly address: Operand; readonly key: Operand }) => void
}

/** Memory with the frames that were found. */
export interface WalkedStack {
  readonly frames: Operand
  /** 0 where the kernel's own walk is to be taken instead. */
  readonly count: Operand
}

/** Walks the stack. */
export function walkUserStack(builder: FunctionBuilder, request: WalkRequest): WalkedStack {
  const { memory, frames } = reserveWalkMemory(builder, request.depth)
  memory.variable('count').set(builder.i64(0))
  const mm = readWord(builder, builder.call('get_current_task', []), 'task_struct.mm')
  builder.when(builder.compare('ne', mm, builder.i64(0)), () => {
    memory.variable('mm').set(mm)
    const registers = userRegisters(builder, request.registers)
    const is64 = builder.compare('eq', builder.binary('and', registers.get('cs'), builder.i64(0xffff)), builder.i64(USER_CODE_64))
    builder.when(is64, () => {
      for (const name of ['ip', 'sp', 'bp'] as const) memory.variable(name).set(registers.get(name))
      walkFrom(builder, request, { memory, frames })
    })
  })
  return { frames, count: memory.variable('count').get() }
}

/** Walks from the registers in the variables. */
function walkFrom(
  builder: FunctionBuilder,
  request: WalkRequest,
  { memory, frames }: { readonly memory: WalkMemory; readonly frames: Operand },
): void {
  const { depth } = request
  const count = memory.variable('count')
  const unknown = memory.variable('unknown')
  memory.variable('exact').set(builder.i64(1))
  for (const name of ['size', 'start', 'unknown'] as const) memory.variable(name).set(builder.i64(0))
  emitNumberLoop(builder, { from: builder.constant('i32', 0), to: builder.constant('i32', depth) }, (round) => {
    const number = builder.convert(round.index, 'i64', { signed: false })
    const inside = builder.block('in_frames')
    // The verifier does not know what the iterator hands out.
    builder.branch(builder.compare('ult', number, builder.i64(depth)), inside, round.done)
    builder.moveTo(inside)
    builder.store(builder.offsetPointer(frames, builder.binary('shl', number, builder.i64(3))), memory.variable('ip').get())
    memory.variable('number').set(number)
    count.set(builder.binary('add', number, builder.i64(1)))
    const answer = stepFrame(builder, memory, request.registers)
    if (request.registers === 'context')
      builder.when(builder.compare('eq', answer, builder.i64(STEP.byKernel)), () => count.set(builder.i64(0)))
    builder.branch(builder.compare('eq', answer, builder.i64(STEP.done)), round.next, round.done)
  })
  builder.when(builder.compare('ne', unknown.get(), builder.i64(0)), () =>
    request.onUnknown({ address: unknown.get(), key: memory.unknownKey }),
  )
}
