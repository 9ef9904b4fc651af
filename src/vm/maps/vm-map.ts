/**
 * What every kind of map of the machine answers: programs reach entries where they are in linear memory, user space gets copies.
 */
import type { LoadedMap } from '../../spec/executor.ts'
import type { MapSpec } from '../../spec/map-spec.ts'
import type { LinearMemory } from '../memory/linear-memory.ts'
import type { Regions } from '../memory/regions.ts'

/** Where a map lives. */
export interface MapHome {
  readonly memory: LinearMemory
  readonly regions: Regions
  readonly cpuCount: number
}

/** Flags of an update: whether the entry may, must not or must be there (`BPF_ANY`, `BPF_NOEXIST`, `BPF_EXIST`). */
export const UPDATE = { any: 0, mustNotExist: 1, mustExist: 2 } as const

/** One map. `key` and `value` are offsets in linear memory, checked by who calls. What a kind does not have answers -EOPNOTSUPP. */
export interface VmMap extends LoadedMap {
  readonly spec: MapSpec
  /** Address of the value on a CPU, which stays valid; 0 when there is none. */
  find(key: number, cpu: number): number
  /** Sets the value on a CPU. 0, or a negated error number. */
  put(key: number, value: number, options: { readonly flags: number; readonly cpu: number }): number
  /** 0, or a negated error number. */
  remove(key: number): number
  /** Linear offset of the key, and address of the value on a CPU, of every entry: for `bpf_for_each_map_elem`. */
  each(cpu: number): Iterable<{ readonly key: number; readonly value: number }>
}
