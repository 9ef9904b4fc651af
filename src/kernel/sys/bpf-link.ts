/**
 * `bpf_attr` of BPF_LINK_CREATE for the kinds of link that borescope makes. Offsets are those of
 * include/uapi/linux/bpf.h.
 */
import { ATTACH_TYPE } from './bpf-program.ts'
import { cString, type KernelStruct, StructWriter, u64Array } from './struct.ts'

/** BPF_F_UPROBE_MULTI_RETURN. */
const UPROBE_MULTI_RETURN = 1

/** A link of one program to many instructions of one file. */
export interface UprobeMultiLink {
  readonly programFd: number
  readonly path: string
  /** File offsets. */
  readonly offsets: readonly number[]
  /** What `bpf_get_attach_cookie` answers at each. */
  readonly cookies: readonly bigint[]
  /** File offsets of the bytes that count the tracers of each, 0 for none; absent when none has any. */
  readonly counters?: readonly number[]
  readonly return: boolean
  /** 0 for every process. */
  readonly pid: number
}

/** BPF_LINK_CREATE of type uprobe_multi. @kernel 6.6 */
export function encodeUprobeMultiLink(link: UprobeMultiLink): KernelStruct {
  const struct = new StructWriter(64)
  if (link.counters !== undefined) struct.pointer(32, u64Array(link.counters))
  return struct
    .u32(0, link.programFd)
    .u32(8, ATTACH_TYPE.uprobe_multi)
    .pointer(16, cString(link.path))
    .pointer(24, u64Array(link.offsets))
    .pointer(40, u64Array(link.cookies))
    .u32(48, link.offsets.length)
    .u32(52, link.return ? UPROBE_MULTI_RETURN : 0)
    .u32(56, link.pid)
    .finish()
}

/** A link of one program to one perf event. */
export interface PerfEventLink {
  readonly programFd: number
  readonly eventFd: number
  readonly cookie: bigint
}

/** BPF_LINK_CREATE of type perf_event. @kernel 5.15 */
export function encodePerfEventLink(link: PerfEventLink): KernelStruct {
  return new StructWriter(64).u32(0, link.programFd).u32(4, link.eventFd).u32(8, ATTACH_TYPE.perf_event).u64(16, link.cookie).finish()
}

/** BPF_RAW_TRACEPOINT_OPEN: a link of one program to a tracepoint. @kernel 4.17 */
export function encodeRawTracepoint(link: { readonly programFd: number; readonly event: string }): KernelStruct {
  return new StructWriter(16).pointer(0, cString(link.event)).u32(8, link.programFd).finish()
}

/** BPF_LINK_CREATE of an iterator over everything of its kind. @kernel 5.8 */
export function encodeIteratorLink(programFd: number): KernelStruct {
  return new StructWriter(32).u32(0, programFd).u32(8, ATTACH_TYPE.iterator).finish()
}

/** BPF_ITER_CREATE: a file whose reading runs the program. @kernel 5.8 */
export function encodeIteratorCreate(linkFd: number): KernelStruct {
  return new StructWriter(8).u32(0, linkFd).finish()
}
