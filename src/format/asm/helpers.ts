/**
 * The kernel helpers that our compilers call: number, argument count, and the kernel that brought each. The numbers are
 * ABI (`enum bpf_func_id` in include/uapi/linux/bpf.h).
 */

/** One helper of the kernel. */
export interface Helper {
  readonly id: number
  readonly argumentCount: number
  /** First kernel that has it. */
  readonly kernel: string
}

/** By the kernel's name without `bpf_`. */
export const HELPERS = {
  map_lookup_elem: { id: 1, argumentCount: 2, kernel: '3.19' },
  map_update_elem: { id: 2, argumentCount: 4, kernel: '3.19' },
  map_delete_elem: { id: 3, argumentCount: 2, kernel: '3.19' },
  probe_read: { id: 4, argumentCount: 3, kernel: '4.1' },
  ktime_get_ns: { id: 5, argumentCount: 0, kernel: '4.1' },
  trace_printk: { id: 6, argumentCount: 5, kernel: '4.1' },
  get_prandom_u32: { id: 7, argumentCount: 0, kernel: '4.1' },
  get_smp_processor_id: { id: 8, argumentCount: 0, kernel: '4.1' },
  tail_call: { id: 12, argumentCount: 3, kernel: '4.2' },
  get_current_pid_tgid: { id: 14, argumentCount: 0, kernel: '4.2' },
  get_current_uid_gid: { id: 15, argumentCount: 0, kernel: '4.2' },
  get_current_comm: { id: 16, argumentCount: 2, kernel: '4.2' },
  perf_event_output: { id: 25, argumentCount: 5, kernel: '4.4' },
  get_stackid: { id: 27, argumentCount: 3, kernel: '4.6' },
  get_current_task: { id: 35, argumentCount: 0, kernel: '4.8' },
  probe_write_user: { id: 36, argumentCount: 3, kernel: '4.8' },
  current_task_under_cgroup: { id: 37, argumentCount: 2, kernel: '4.9' },
  get_numa_node_id: { id: 42, argumentCount: 0, kernel: '4.10' },
  probe_read_str: { id: 45, argumentCount: 3, kernel: '4.11' },
  get_stack: { id: 67, argumentCount: 4, kernel: '4.18' },
  get_current_cgroup_id: { id: 80, argumentCount: 0, kernel: '4.18' },
  map_push_elem: { id: 87, argumentCount: 3, kernel: '4.20' },
  map_pop_elem: { id: 88, argumentCount: 2, kernel: '4.20' },
  map_peek_elem: { id: 89, argumentCount: 2, kernel: '4.20' },
  send_signal: { id: 109, argumentCount: 1, kernel: '5.3' },
  probe_read_user: { id: 112, argumentCount: 3, kernel: '5.5' },
  probe_read_kernel: { id: 113, argumentCount: 3, kernel: '5.5' },
  probe_read_user_str: { id: 114, argumentCount: 3, kernel: '5.5' },
  probe_read_kernel_str: { id: 115, argumentCount: 3, kernel: '5.5' },
  send_signal_thread: { id: 117, argumentCount: 1, kernel: '5.5' },
  jiffies64: { id: 118, argumentCount: 0, kernel: '5.5' },
  get_ns_current_pid_tgid: { id: 120, argumentCount: 4, kernel: '5.7' },
  ktime_get_boot_ns: { id: 125, argumentCount: 0, kernel: '5.8' },
  ringbuf_output: { id: 130, argumentCount: 4, kernel: '5.8' },
  ringbuf_reserve: { id: 131, argumentCount: 3, kernel: '5.8' },
  ringbuf_submit: { id: 132, argumentCount: 2, kernel: '5.8' },
  ringbuf_discard: { id: 133, argumentCount: 2, kernel: '5.8' },
  ringbuf_query: { id: 134, argumentCount: 2, kernel: '5.8' },
  copy_from_user: { id: 148, argumentCount: 3, kernel: '5.10' },
  get_current_task_btf: { id: 158, argumentCount: 0, kernel: '5.11' },
  ktime_get_coarse_ns: { id: 160, argumentCount: 0, kernel: '5.11' },
  for_each_map_elem: { id: 164, argumentCount: 4, kernel: '5.13' },
  snprintf: { id: 165, argumentCount: 5, kernel: '5.13' },
  get_func_ip: { id: 173, argumentCount: 1, kernel: '5.15' },
  get_attach_cookie: { id: 174, argumentCount: 1, kernel: '5.15' },
  task_pt_regs: { id: 175, argumentCount: 1, kernel: '5.15' },
  loop: { id: 181, argumentCount: 4, kernel: '5.17' },
  strncmp: { id: 182, argumentCount: 3, kernel: '5.17' },
  map_lookup_percpu_elem: { id: 195, argumentCount: 3, kernel: '5.19' },
  ktime_get_tai_ns: { id: 208, argumentCount: 0, kernel: '6.1' },
} as const satisfies Record<string, Helper>

/** The name of a helper, without `bpf_`. */
export type HelperName = keyof typeof HELPERS
