/**
 * What helpers do to memory that a program can see: which of their arguments they write through, and whether they change what
 * is in maps.
 */
import type { HelperName } from '../../format/asm/helpers.ts'

/** Helpers that write through an argument, by its index, and nowhere else. */
const WRITTEN_ARGUMENT: Readonly<Partial<Record<HelperName, number>>> = {
  probe_read: 0,
  probe_read_user: 0,
  probe_read_kernel: 0,
  probe_read_user_str: 0,
  probe_read_kernel_str: 0,
  copy_from_user: 0,
  get_current_comm: 0,
  get_ns_current_pid_tgid: 2,
}

/** Helpers that change the entries of the map that is their first argument, and read their other arguments. */
const CHANGES_MAP: ReadonlySet<HelperName> = new Set(['map_update_elem', 'map_delete_elem'])

/** Helpers that write nothing that a program reads back through a pointer. */
const READS_ONLY: ReadonlySet<HelperName> = new Set([
  'map_lookup_elem',
  'map_lookup_percpu_elem',
  'ktime_get_ns',
  'ktime_get_boot_ns',
  'ktime_get_tai_ns',
  'get_prandom_u32',
  'get_smp_processor_id',
  'get_numa_node_id',
  'jiffies64',
  'send_signal',
  'send_signal_thread',
  'get_current_pid_tgid',
  'get_current_uid_gid',
  'get_current_task',
  'get_current_task_btf',
  'task_pt_regs',
  'get_current_cgroup_id',
  'current_task_under_cgroup',
  'get_func_ip',
  'get_attach_cookie',
  'get_stackid',
  'trace_printk',
  'ringbuf_reserve',
  'ringbuf_submit',
  'ringbuf_discard',
  'ringbuf_output',
  'ringbuf_query',
])

/** What a call of a helper does to memory. `anything` is what is not known better. */
export type MemoryEffect =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'argument'; readonly index: number }
  | { readonly kind: 'map' }
  | { readonly kind: 'anything' }

/** The effect of a helper. */
export function memoryEffectOf(helper: HelperName): MemoryEffect {
  const index = WRITTEN_ARGUMENT[helper]
  if (index !== undefined) return { kind: 'argument', index }
  if (CHANGES_MAP.has(helper)) return { kind: 'map' }
  return { kind: READS_ONLY.has(helper) ? 'nothing' : 'anything' }
}
