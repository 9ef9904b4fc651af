/**
 * Helpers by which programs go on elsewhere: loops with a callback, and tail calls.
 */
import type { HelperName } from '../../format/asm/helpers.ts'
import { ERRNO } from '../errno.ts'
import type { Execution } from '../execution.ts'
import { CELL } from '../memory/layout.ts'
import type { VmHelper } from './helper.ts'

/** `BPF_MAX_LOOPS` and `MAX_TAIL_CALL_CNT` of the kernel. */
const MOST_LOOPS = 8 * 1024 * 1024
const MOST_TAIL_CALLS = 33

/** By name. */
export const CONTROL_HELPERS = { loop, tail_call: tailCall } as const satisfies Partial<Record<HelperName, VmHelper>>

/** `bpf_loop(count, callback, context, flags)`: rounds that were made; 1 ends the loop. */
function loop(execution: Execution): number {
  const count = execution.low(1)
  if (!execution.isNull(4)) return -ERRNO.EINVAL
  if (count > MOST_LOOPS) return -ERRNO.E2BIG
  const [callback, context] = [execution.halves(2), execution.bits(3)]
  for (let round = 0; round < count; round++) if (execution.host.callBack(callback, [round, context]) !== 0) return round + 1
  return count
}

/** Answers 1 + the table entry to go on with, or 0: translated code makes the call. */
function tailCall(execution: Execution): number {
  const map = execution.map(2)
  const target = execution.host.tailCallTarget(map, execution.low(3))
  const { words } = execution.memory
  const made = words[CELL.tailCalls >> 2] ?? 0
  if (target === undefined || made >= MOST_TAIL_CALLS) return 0
  words[CELL.tailCalls >> 2] = made + 1
  return target + 1
}
