/**
 * Which instructions do something besides yielding a value.
 */
import type { HelperName } from '../../format/asm/helpers.ts'
import type { Instruction } from './ir.ts'

/** Helpers that only answer: without a reader of the answer, the call can go. */
const QUERIES: ReadonlySet<HelperName> = new Set([
  'map_lookup_elem',
  'ktime_get_ns',
  'ktime_get_boot_ns',
  'ktime_get_tai_ns',
  'get_prandom_u32',
  'get_smp_processor_id',
  'get_numa_node_id',
  'jiffies64',
  'get_current_pid_tgid',
  'get_current_uid_gid',
  'get_current_task',
  'get_current_cgroup_id',
  'current_task_under_cgroup',
  'get_func_ip',
  'get_attach_cookie',
  'ringbuf_query',
])

/** Queries whose answer cannot change while one program runs (it stays on its task and its CPU). */
const STEADY: ReadonlySet<HelperName> = new Set([
  'get_numa_node_id',
  'get_smp_processor_id',
  'get_current_pid_tgid',
  'get_current_uid_gid',
  'get_current_task',
  'get_current_cgroup_id',
  'current_task_under_cgroup',
  'get_func_ip',
  'get_attach_cookie',
])

/** True when an instruction must stay even if nobody reads its result. */
export function hasEffect(instruction: Instruction): boolean {
  switch (instruction.kind) {
    case 'store':
    case 'zero':
    case 'copy':
    case 'atomic':
      return true
    case 'call':
      return !QUERIES.has(instruction.helper)
    case 'call_kfunc':
    case 'call_function':
      return true
    default:
      return false
  }
}

/** True when calling the helper twice with the same arguments in one run answers the same. */
export function isSteady(helper: HelperName): boolean {
  return STEADY.has(helper)
}
