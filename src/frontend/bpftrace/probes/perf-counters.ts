/**
 * The counters of the kernel and of processors that `software` and `hardware` probes count by. Numbers are those of
 * `enum perf_sw_ids` and `enum perf_hw_id` in include/uapi/linux/perf_event.h; counts are bpftrace's.
 */

/** A counter. */
export interface PerfCounter {
  readonly name: string
  /** `config` of `perf_event_attr`. */
  readonly config: number
  /** Events from hit to hit, where the script does not say. */
  readonly count: bigint
  readonly alias?: string
}

/** Events of the kernel. */
export const SOFTWARE_COUNTERS: readonly PerfCounter[] = [
  { name: 'alignment-faults', config: 7, count: 1n },
  { name: 'bpf-output', config: 10, count: 1n },
  { name: 'context-switches', config: 3, count: 1000n, alias: 'cs' },
  { name: 'cpu-clock', config: 0, count: 1_000_000n, alias: 'cpu' },
  { name: 'cpu-migrations', config: 4, count: 1n },
  { name: 'dummy', config: 9, count: 1n },
  { name: 'emulation-faults', config: 8, count: 1n },
  { name: 'major-faults', config: 6, count: 1n },
  { name: 'minor-faults', config: 5, count: 100n },
  { name: 'page-faults', config: 2, count: 100n, alias: 'faults' },
  { name: 'task-clock', config: 1, count: 1n },
]

/** Events of a processor. */
export const HARDWARE_COUNTERS: readonly PerfCounter[] = [
  { name: 'backend-stalls', config: 8, count: 1_000_000n },
  { name: 'branch-instructions', config: 4, count: 100_000n, alias: 'branches' },
  { name: 'branch-misses', config: 5, count: 100_000n },
  { name: 'bus-cycles', config: 6, count: 100_000n },
  { name: 'cache-misses', config: 3, count: 1_000_000n },
  { name: 'cache-references', config: 2, count: 1_000_000n },
  { name: 'cpu-cycles', config: 0, count: 1_000_000n, alias: 'cycles' },
  { name: 'frontend-stalls', config: 7, count: 1_000_000n },
  { name: 'instructions', config: 1, count: 1_000_000n },
  { name: 'ref-cycles', config: 9, count: 1_000_000n },
]
