/**
 * The kinds of map as the kernel numbers them, and how user space reads each.
 */
import type { MapKind } from '../../spec/map-spec.ts'
import type { FeatureName } from '../features/features.ts'

/** How a kind of map is created and read. */
export interface KindOfMap {
  /** `enum bpf_map_type`. */
  readonly type: number
  /** One value per possible CPU, each rounded up to 8 bytes. */
  readonly perCpu: boolean
  /** How the entries are listed: many at a time, one key after another, or not at all. */
  readonly listing: 'batch' | 'keys' | 'none'
  readonly needs?: FeatureName
}

/** By the kind of a `MapSpec`; numbers of include/uapi/linux/bpf.h. */
export const MAP_KINDS: Readonly<Record<MapKind, KindOfMap>> = {
  hash: { type: 1, perCpu: false, listing: 'batch' },
  array: { type: 2, perCpu: false, listing: 'batch' },
  perf_event_array: { type: 4, perCpu: false, listing: 'none' },
  queue: { type: 22, perCpu: false, listing: 'none' },
  stack: { type: 23, perCpu: false, listing: 'none' },
  bloom_filter: { type: 30, perCpu: false, listing: 'none' },
  prog_array: { type: 3, perCpu: false, listing: 'none' },
  percpu_hash: { type: 5, perCpu: true, listing: 'batch' },
  percpu_array: { type: 6, perCpu: true, listing: 'batch' },
  stack_trace: { type: 7, perCpu: false, listing: 'keys' },
  cgroup_array: { type: 8, perCpu: false, listing: 'none' },
  lru_hash: { type: 9, perCpu: false, listing: 'batch' },
  percpu_lru_hash: { type: 10, perCpu: true, listing: 'batch' },
  ringbuf: { type: 27, perCpu: false, listing: 'none', needs: 'ringbuf' },
}
