/**
 * bpf(2): the commands, and the call itself. `bpf_attr` is encoded by `bpf-map.ts`, `bpf-program.ts` and `bpf-link.ts`.
 * Numbers follow `enum bpf_cmd` of include/uapi/linux/bpf.h.
 */
import type { KernelStruct } from './struct.ts'
import { readU32, StructWriter } from './struct.ts'
import { type SyscallResult, syscall } from './syscall.ts'

/** Commands of bpf(2). */
export const BPF = {
  MAP_CREATE: 0,
  MAP_LOOKUP_ELEM: 1,
  MAP_UPDATE_ELEM: 2,
  MAP_DELETE_ELEM: 3,
  MAP_GET_NEXT_KEY: 4,
  PROG_LOAD: 5,
  PROG_TEST_RUN: 10,
  PROG_GET_NEXT_ID: 11,
  MAP_GET_NEXT_ID: 12,
  PROG_GET_FD_BY_ID: 13,
  OBJ_GET_INFO_BY_FD: 15,
  MAP_LOOKUP_AND_DELETE_ELEM: 21,
  RAW_TRACEPOINT_OPEN: 17,
  BTF_LOAD: 18,
  MAP_LOOKUP_BATCH: 24,
  LINK_CREATE: 28,
  LINK_GET_NEXT_ID: 31,
  ENABLE_STATS: 32,
  ITER_CREATE: 33,
} as const

/** A command of bpf(2), by name without `BPF_`. */
export type BpfCommand = keyof typeof BPF

/** Makes the call; the kernel may write into `attr.bytes` and into the buffers that it points to. */
export function bpf(command: BpfCommand, attr: KernelStruct): SyscallResult {
  return syscall('bpf', [BPF[command], attr, attr.bytes.length])
}

/** How errors name a command. */
export function callName(command: BpfCommand): string {
  return `bpf(BPF_${command})`
}

/** BPF_OBJ_GET_INFO_BY_FD: fills `info`. @kernel 4.13 */
export function encodeObjectInfo(fd: number, info: Uint8Array): KernelStruct {
  return new StructWriter(16).u32(0, fd).u32(4, info.length).pointer(8, info).finish()
}

/** BPF_PROG_GET_FD_BY_ID. @kernel 4.13 */
export function encodeGetById(id: number): KernelStruct {
  return new StructWriter(12).u32(0, id).finish()
}

/** BPF_ENABLE_STATS of run time. @kernel 5.8 */
export function encodeEnableStats(): KernelStruct {
  return new StructWriter(4).finish()
}

/** Every id of a kind that exists now, in the whole machine. Needs CAP_SYS_ADMIN. @kernel 4.13 (links 5.8) */
export function listIds(kind: 'PROG' | 'MAP' | 'LINK'): readonly number[] {
  const ids: number[] = []
  for (let id = 0; ; ) {
    const attr = new StructWriter(12).u32(0, id).finish()
    if (bpf(`${kind}_GET_NEXT_ID`, attr).errno !== undefined) return ids
    id = readU32(attr.bytes, 4)
    ids.push(id)
  }
}
