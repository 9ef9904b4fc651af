/**
 * Takes the call stack of the current task: unwinds it into memory of this run, works out a hash of it, and keeps the frames in
 * the map `stacksMap(depth)` under the 16 bytes that stand for the stack from then on (`stack-layout.ts`). Equal stacks of one process
 * are kept once. Frames are never lost to a collision, as they are in a map of the kind `stack_trace`, which has room for one
 * stack per slot: here the whole key decides. @kernel 4.18
 */
import { STACK_OFFSETS, STACK_SIZE, stacksMap } from '../../spec/stack-layout.ts'
import type { FunctionBuilder } from '../ir/builder.ts'
import type { Operand } from '../ir/ir.ts'
import { currentTaskId, type TaskIdRequest } from './current-task.ts'
import { countDroppedUpdate } from './emit-record.ts'
import { PT_REGS } from './registers.ts'
import { type WalkRequest, walkUserStack } from './unwind/walk-user-stack.ts'

/** BPF_F_USER_STACK. */
const USER_STACK = 1n << 8n
const BPF_NOEXIST = 1
const EEXIST = 17
/** The odd number next to 2^64 divided by the golden ratio. */
const MULTIPLIER = 0x9e37_79b9_7f4a_7c15n

/** Which stack to take, and where its 16 bytes go. */
export interface StackRequest {
  readonly space: 'kernel' | 'user'
  /** Frames at most. */
  readonly depth: number
  readonly target: Operand
  readonly targetOffset: number
  readonly namespace?: TaskIdRequest['namespace']
  /** Adds what is to be done when a stack was not known before, given the process id (i64; 0 for a kernel stack). */
  readonly onNew?: (pid: Operand) => void
  /** The function has no frame of its own at the probed instruction: the stack pointer points to the return address. */
  readonly isAtCall?: boolean
  /** How to walk a user stack by tables; by frame pointers when it is absent. */
  readonly unwind?: Pick<WalkRequest, 'registers' | 'onUnknown'>
}

/** Takes the stack; zeros where there is none. */
export function collectStack(builder: FunctionBuilder, request: StackRequest): void {
  const { target, targetOffset, space, depth } = request
  const { frames, count } = takeFrames(builder, request)
  builder.zero(target, STACK_SIZE, targetOffset)
  builder.when(builder.compare('sgt', count, builder.i64(0)), () => {
    builder.store(target, hashFrames(builder, frames, { count, depth }), targetOffset + STACK_OFFSETS.hash)
    builder.store(target, builder.convert(count, 'i32', { signed: false }), targetOffset + STACK_OFFSETS.count)
    const pid = space === 'user' ? currentTaskId(builder, { id: 'process', namespace: request.namespace }) : builder.i64(0)
    builder.store(target, builder.convert(pid, 'i32', { signed: false }), targetOffset + STACK_OFFSETS.pid)
    const answer = keepFrames(builder, { map: stacksMap(depth), key: builder.at(target, targetOffset), frames })
    if (request.onNew !== undefined) builder.when(builder.compare('eq', answer, builder.i64(0)), () => request.onNew?.(pid))
  })
}

/** Fills in the frames; answers how many there are, not above 0 when there are none. */
function takeFrames(
  builder: FunctionBuilder,
  { space, depth, unwind, isAtCall }: StackRequest,
): { readonly frames: Operand; readonly count: Operand } {
  const byKernel = (frames: Operand) => {
    const flags = builder.i64(space === 'user' ? USER_STACK : 0n)
    const bytes = builder.call('get_stack', [builder.context, frames, builder.i64(depth * 8), flags])
    return builder.binary('ashr', bytes, builder.i64(3))
  }
  if (unwind === undefined) {
    const frames = builder.stackSlot('frames', depth * 8)
    return { frames, count: isAtCall === true ? withCaller(builder, { frames, depth }) : byKernel(frames) }
  }
  const { frames, count: walked } = walkUserStack(builder, { ...unwind, depth })
  const count = builder.stackSlot('frame_count', 8)
  builder.store(count, walked)
  builder.when(builder.compare('eq', walked, builder.i64(0)), () => builder.store(count, byKernel(frames)))
  return { frames, count: builder.load('i64', count) }
}

/**
 * The stack of a user function where the frame pointer is its caller's still (or again): the kernel takes that for the function's own
 * and leaves out the caller, except at instructions that it knows to begin functions. Answers the number of frames.
 */
function withCaller(builder: FunctionBuilder, { frames, depth }: { readonly frames: Operand; readonly depth: number }): Operand {
  const takeFrom = (offset: number) => {
    const bytes = [builder.at(frames, offset), builder.i64(depth * 8 - offset), builder.i64(USER_STACK)]
    return builder.binary('ashr', builder.call('get_stack', [builder.context, ...bytes]), builder.i64(3))
  }
  if (depth === 1) return takeFrom(0)
  const total = builder.stackSlot('frame_count', 8)
  const count = takeFrom(8)
  builder.store(total, count)
  builder.when(builder.compare('sgt', count, builder.i64(0)), () => {
    builder.store(frames, builder.load('i64', frames, 8))
    builder.call('probe_read_user', [builder.at(frames, 8), builder.i64(8), builder.load('i64', builder.context, PT_REGS.sp)])
    builder.store(total, builder.binary('add', count, builder.i64(1)))
  })
  return builder.load('i64', total)
}

/** A hash of the first `count` frames, from the innermost out. */
function hashFrames(
  builder: FunctionBuilder,
  frames: Operand,
  { count, depth }: { readonly count: Operand; readonly depth: number },
): Operand {
  const [hash, index] = [builder.stackSlot('hash', 8), builder.stackSlot('frame', 8)]
  builder.store(hash, count)
  builder.store(index, builder.i64(0))
  const [head, inside, body, done] = [
    builder.block('next_frame'),
    builder.block('in_range'),
    builder.block('frame'),
    builder.block('hashed'),
  ]
  builder.jump(head)
  builder.moveTo(head)
  const at = builder.load('i64', index)
  // The verifier knows the first bound, the second is what it cannot work out from the helper's answer.
  builder.branch(builder.compare('ult', at, builder.i64(depth)), inside, done)
  builder.moveTo(inside)
  builder.branch(builder.compare('ult', at, count), body, done)
  builder.moveTo(body)
  const frame = builder.load('i64', builder.offsetPointer(frames, builder.binary('shl', at, builder.i64(3))))
  const mixed = builder.binary('mul', builder.binary('xor', builder.load('i64', hash), frame), builder.i64(MULTIPLIER))
  builder.store(hash, builder.binary('xor', mixed, builder.binary('lshr', mixed, builder.i64(29))))
  builder.store(index, builder.binary('add', at, builder.i64(1)))
  builder.jump(head)
  builder.moveTo(done)
  return builder.load('i64', hash)
}

/** Stores the frames unless they are there; answers what the kernel says. A full map is a loss, and counted. */
function keepFrames(
  builder: FunctionBuilder,
  { map, key, frames }: { readonly map: string; readonly key: Operand; readonly frames: Operand },
): Operand {
  const answer = builder.call('map_update_elem', [builder.map(map), key, frames, builder.i64(BPF_NOEXIST)])
  const failed = builder.binary('and', builder.compare('ne', answer, builder.i64(0)), builder.compare('ne', answer, builder.i64(-EEXIST)))
  builder.when(failed, () => countDroppedUpdate(builder))
  return answer
}
