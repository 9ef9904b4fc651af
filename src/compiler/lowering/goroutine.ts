/**
 * Which goroutine hit a probe, and which call of a function: `g` is in R14 in Go code (amd64, Go 1.17 and later). A call is
 * known by the distance of its frame from the top of the goroutine's stack, which stays the same when the stack is copied
 * to another place and when the goroutine goes over to another thread.
 */
import { type GoroutineLayout, STACK_HI } from '../../format/gosym/runtime-layout.ts'
import type { FunctionBuilder } from '../ir/builder.ts'
import type { Operand } from '../ir/ir.ts'
import { PT_REGS } from './registers.ts'

/** The id of the goroutine; on a scheduler's stack of the one that it works for, or 0 when it works for none. */
export function goroutineId(builder: FunctionBuilder, layout: GoroutineLayout): Operand {
  const result = builder.stackSlot('goid', 8)
  const own = readWord(builder, currentG(builder), layout.goid)
  builder.store(result, own)
  builder.when(builder.compare('eq', own, builder.i64(0)), () => {
    const m = readWord(builder, currentG(builder), layout.m)
    builder.store(result, readWord(builder, readWord(builder, m, layout.curg), layout.goid))
  })
  return builder.load('i64', result)
}

/**
 * A number for the call that hit the probe: the same at the entry and at the return of one call, another for every other call that is
 * under way at the time, in whatever process. Made of process, goroutine, `stack.hi - SP` and function (a cookie) by a mixture of 64
 * bits, so that two of a million calls under way share one with a probability of 3 in 10^8.
 */
export function goroutineFrame(builder: FunctionBuilder, fn: Operand): Operand {
  const g = currentG(builder)
  const depth = builder.binary('sub', readWord(builder, g, STACK_HI), builder.load('i64', builder.context, PT_REGS.sp))
  const process = builder.binary('lshr', builder.call('get_current_pid_tgid', []), builder.i64(32))
  const processAndDepth = builder.binary('xor', builder.binary('shl', process, builder.i64(40)), depth)
  return [processAndDepth, fn].reduce((mixed, part) => mix(builder, builder.binary('xor', mixed, part)), mix(builder, g))
}

function currentG(builder: FunctionBuilder): Operand {
  return builder.load('i64', builder.context, PT_REGS.r14)
}

/** Eight bytes of the program; 0 when they cannot be read. */
function readWord(builder: FunctionBuilder, base: Operand, offset: number): Operand {
  const slot = builder.stackSlot('word', 8)
  builder.call('probe_read_user', [slot, builder.i64(8), builder.binary('add', base, builder.i64(offset))])
  return builder.load('i64', slot)
}

/** The finalizer of MurmurHash3: every bit of the result depends on every bit of `value`, and no two values have the same result. */
function mix(builder: FunctionBuilder, value: Operand): Operand {
  const shifted = (from: Operand) => builder.binary('xor', from, builder.binary('lshr', from, builder.i64(33)))
  const first = builder.binary('mul', shifted(value), builder.i64(0xff51_afd7_ed55_8ccdn))
  const second = builder.binary('mul', shifted(first), builder.i64(0xc4ce_b9fe_1a85_ec53n))
  return shifted(second)
}
