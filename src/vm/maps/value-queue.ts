/**
 * What maps without keys offer programs: values are pushed, popped and peeked at (kernel/bpf/queue_stack_maps.c, bloom_filter.c).
 */
import type { VmMap } from './vm-map.ts'

/** A map for `bpf_map_push_elem`, `bpf_map_pop_elem` and `bpf_map_peek_elem`. `value` is a linear offset; 0, or a negated error number. */
export interface ValueQueue extends VmMap {
  push(value: number, flags: number): number
  /** Takes the next value out and stores it; zeros when there is none. */
  pop(value: number): number
  /** Stores the next value and leaves it in. */
  peek(value: number): number
}

/** True for the kinds of map that have these. */
export function isValueQueue(map: VmMap): map is ValueQueue {
  return 'push' in map
}
