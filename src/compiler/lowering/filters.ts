/**
 * What stands before the body of a probe: hits that are none of the program's business return at once.
 */
import { CGROUP_MAP } from '../../spec/map-spec.ts'
import type { FunctionBuilder } from '../ir/builder.ts'
import type { Operand } from '../ir/ir.ts'
import { currentTaskId, type PidNamespace } from './current-task.ts'
import { PT_REGS } from './registers.ts'

/** CF and ZF: what `jbe` branches on. */
const BELOW_OR_EQUAL_FLAGS = 0x41

/** Drops the hit unless `condition` (i1) holds, and goes on behind it. */
export function returnUnless(builder: FunctionBuilder, condition: Operand): void {
  const keep = builder.block('keep')
  const drop = builder.block('drop')
  builder.branch(condition, keep, drop)
  builder.moveTo(drop)
  builder.return(builder.i64(0))
  builder.moveTo(keep)
}

/** For sites placed at a Go stack check's branch: drops calls that go to `morestack` first, since they come back. */
export function dropStackGrowth(builder: FunctionBuilder): void {
  const flags = builder.load('i64', builder.context, PT_REGS.flags)
  const taken = builder.binary('and', flags, builder.i64(BELOW_OR_EQUAL_FLAGS))
  returnUnless(builder, builder.compare('eq', taken, builder.i64(0)))
}

/** An iterator runs its program once more when it is through: what it iterates over is null then. It follows the pointer to `meta`. */
export function skipEndOfIterator(builder: FunctionBuilder): void {
  returnUnless(builder, builder.compare('ne', builder.load('i64', builder.context, 8), builder.i64(0)))
}

/** Keeps only hits whose current task is in the cgroup of map `CGROUP_MAP`, or below it. @kernel 4.9 */
export function keepCgroup(builder: FunctionBuilder): void {
  const under = builder.call('current_task_under_cgroup', [builder.map(CGROUP_MAP), builder.i64(0)])
  returnUnless(builder, builder.compare('eq', under, builder.i64(1)))
}

/** Keeps only hits of one process, by its id in the namespace (the initial one when it is absent). */
export function keepProcess(builder: FunctionBuilder, pid: number, namespace?: PidNamespace): void {
  const current = currentTaskId(builder, { id: 'process', namespace })
  returnUnless(builder, builder.compare('eq', current, builder.i64(pid)))
}
