/**
 * Helpers about the current task, the site that was hit, time, chance and the CPU.
 */
import type { HelperName } from '../../format/asm/helpers.ts'
import type { Clock } from '../environment.ts'
import { ERRNO } from '../errno.ts'
import type { Execution } from '../execution.ts'
import type { VmHelper } from './helper.ts'

const pair = (high: number, low: number): bigint => (BigInt(high) << 32n) | BigInt(low)
const clock =
  (name: Clock): VmHelper =>
  ({ environment }) =>
    environment.now(name)

/** A tick of a kernel that ticks 250 times a second (CONFIG_HZ of most distributions). */
const JIFFY_NS = 4_000_000n

/** By name. */
export const TASK_HELPERS = {
  ktime_get_ns: clock('monotonic'),
  ktime_get_boot_ns: clock('boottime'),
  ktime_get_tai_ns: clock('tai'),
  ktime_get_coarse_ns: clock('coarse'),
  get_prandom_u32: ({ environment }) => environment.random() >>> 0,
  get_smp_processor_id: ({ environment }) => environment.cpu(),
  get_numa_node_id: () => 0,
  jiffies64: ({ environment }) => environment.now('boottime') / JIFFY_NS,
  get_current_pid_tgid: ({ environment }) => pair(environment.task().pid, environment.task().tid),
  get_current_uid_gid: ({ environment }) => pair(environment.task().gid, environment.task().uid),
  get_current_comm: comm,
  get_current_task: ({ environment }) => environment.task().address,
  get_current_cgroup_id: ({ environment }) => environment.task().cgroupId,
  current_task_under_cgroup: underCgroup,
  get_ns_current_pid_tgid: inNamespace,
  get_func_ip: ({ environment }) => environment.functionAddress(),
  get_attach_cookie: ({ environment }) => environment.attachCookie(),
} as const satisfies Partial<Record<HelperName, VmHelper>>

function comm(execution: Execution): number {
  const target = execution.view(1, execution.size(2), 'write')
  if (target.length === 0) return -ERRNO.EINVAL
  const name = new TextEncoder().encode(execution.environment.task().comm).subarray(0, Math.min(15, target.length - 1))
  target.fill(0)
  target.set(name)
  return 0
}

function underCgroup(execution: Execution): number {
  const { spec } = execution.map(1)
  const index = execution.low(2)
  if (index >= spec.maxEntries) return -ERRNO.E2BIG
  const { isUnderCgroup } = execution.environment.task()
  return isUnderCgroup === undefined ? -ERRNO.EAGAIN : isUnderCgroup(spec.name, index) ? 1 : 0
}

/** Fills `struct bpf_pidns_info`: the thread's id first, then the process's. */
function inNamespace(execution: Execution): number {
  const size = execution.size(4)
  const target = execution.view(3, size, 'write')
  target.fill(0)
  const ids = size === 8 ? execution.environment.task().inNamespace?.(execution.bits(1), execution.bits(2)) : undefined
  if (ids === undefined) return -ERRNO.EINVAL
  const view = new DataView(target.buffer, target.byteOffset, 8)
  view.setUint32(0, ids.tid, true)
  view.setUint32(4, ids.pid, true)
  return 0
}
