/**
 * `bpf_attr` of the map commands. Offsets are those of `union bpf_attr` in include/uapi/linux/bpf.h.
 */
import { type KernelStruct, StructWriter } from './struct.ts'

/** What BPF_MAP_CREATE is told. */
export interface MapCreate {
  /** `enum bpf_map_type`. */
  readonly type: number
  readonly keySize: number
  readonly valueSize: number
  readonly maxEntries: number
  readonly flags: number
  /** At most 15 bytes of `[A-Za-z0-9_.]`. */
  readonly name: string
  /** Types of keys and values in a loaded BTF. */
  readonly btf?: { readonly fd: number; readonly key: number; readonly value: number } | undefined
}

/** BPF_MAP_CREATE. @kernel 3.18 (names 4.15, BTF 4.18) */
export function encodeMapCreate(map: MapCreate): KernelStruct {
  return new StructWriter(72)
    .u32(0, map.type)
    .u32(4, map.keySize)
    .u32(8, map.valueSize)
    .u32(12, map.maxEntries)
    .u32(16, map.flags)
    .text(28, map.name)
    .u32(48, map.btf?.fd ?? 0)
    .u32(52, map.btf?.key ?? 0)
    .u32(56, map.btf?.value ?? 0)
    .finish()
}

/** What the commands on one entry are told: lookup and update take a value, get-next-key the place of the next key. */
export interface MapElement {
  readonly fd: number
  /** Absent: the first key. */
  readonly key?: Uint8Array | undefined
  readonly value?: Uint8Array | undefined
}

/** BPF_MAP_LOOKUP_ELEM, BPF_MAP_UPDATE_ELEM, BPF_MAP_DELETE_ELEM and BPF_MAP_GET_NEXT_KEY. */
export function encodeMapElement(element: MapElement): KernelStruct {
  return new StructWriter(32).u32(0, element.fd).pointer(8, element.key).pointer(16, element.value).finish()
}

/** What BPF_MAP_LOOKUP_BATCH is told. `count` is how many entries fit `keys` and `values`. */
export interface MapBatch {
  readonly fd: number
  /** Where the last batch ended; absent for the first. */
  readonly from?: Uint8Array | undefined
  readonly to: Uint8Array
  readonly keys: Uint8Array
  readonly values: Uint8Array
  readonly count: number
}

/** Offset of `count`, which the kernel overwrites with how many entries it gave. */
export const BATCH_COUNT_AT = 32

/** BPF_MAP_LOOKUP_BATCH. @kernel 5.6 */
export function encodeMapBatch(batch: MapBatch): KernelStruct {
  return new StructWriter(56)
    .pointer(0, batch.from)
    .pointer(8, batch.to)
    .pointer(16, batch.keys)
    .pointer(24, batch.values)
    .u32(BATCH_COUNT_AT, batch.count)
    .u32(36, batch.fd)
    .finish()
}
