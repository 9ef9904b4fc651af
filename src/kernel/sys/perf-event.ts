/**
 * perf_event_open(2) and its ioctls: the events that a BPF program can be attached to. Offsets and bits are those of
 * `struct perf_event_attr` in include/uapi/linux/perf_event.h.
 */
import { type KernelStruct, StructWriter } from './struct.ts'
import { type SyscallResult, syscall } from './syscall.ts'

/** Types of event that every kernel numbers the same; dynamic ones are in /sys/bus/event_source/devices. */
export const PERF_TYPE = { hardware: 0, software: 1, tracepoint: 2, breakpoint: 5 } as const

/** PERF_COUNT_SW_CPU_CLOCK: a high resolution timer per CPU, or per task. */
export const CPU_CLOCK = 0

const FLAGS = {
  disabled: 1n << 0n,
  inherit: 1n << 1n,
  excludeKernel: 1n << 5n,
  mmap: 1n << 8n,
  comm: 1n << 9n,
  freq: 1n << 10n,
  task: 1n << 13n,
  sampleIdAll: 1n << 18n,
  mmap2: 1n << 23n,
  commExec: 1n << 24n,
  inheritThread: 1n << 35n,
} as const
const SIZE_VER5 = 112
const FD_CLOEXEC = 8
const IOC = { enable: 0x2400, setBpf: 0x40042408 } as const

/** How often a timer event fires. */
export type Sampling = { readonly period: bigint } | { readonly frequency: bigint }

/** What is read of `struct perf_event_attr` here. */
export interface PerfEvent {
  readonly type: number
  readonly config: bigint
  readonly sampling?: Sampling
  /** Also for threads that the watched ones start. */
  readonly inherit?: 'threads'
  /** Of the `uprobe` PMU: the file. */
  readonly path?: Uint8Array
  /** Of the `uprobe` PMU: the file offset. */
  readonly offset?: number
  readonly breakpoint?: Breakpoint
}

/** What a debug register watches. */
export interface Breakpoint {
  readonly address: bigint
  /** In bytes. */
  readonly length: number
  /** HW_BREAKPOINT_R, _W, _X. */
  readonly access: number
}

/** Encodes `struct perf_event_attr`; the event begins disabled. @kernel 4.17 for uprobes, 5.13 for `inherit` */
export function encodePerfEvent(event: PerfEvent): KernelStruct {
  const { sampling, breakpoint } = event
  const byFrequency = sampling !== undefined && 'frequency' in sampling
  const flags = FLAGS.disabled | (byFrequency ? FLAGS.freq : 0n) | (event.inherit === 'threads' ? FLAGS.inherit | FLAGS.inheritThread : 0n)
  const writer = new StructWriter(SIZE_VER5)
    .u32(0, event.type)
    .u32(4, SIZE_VER5)
    .u64(8, event.config)
    .u64(16, sampling === undefined ? 0n : 'frequency' in sampling ? sampling.frequency : sampling.period)
    .u64(40, flags)
  if (breakpoint === undefined)
    return writer
      .pointer(56, event.path)
      .u64(64, event.offset ?? 0)
      .finish()
  return writer.u32(52, breakpoint.access).u64(56, breakpoint.address).u64(64, breakpoint.length).finish()
}

/** PERF_COUNT_SW_DUMMY: counts nothing, and still tells of mappings. */
const DUMMY = 9n
const SAMPLE_TIME = 1n << 2n

/**
 * Encodes the event that tells of executable mappings, forks and execs of a task and of those that it starts, each record with its time
 * behind it. It is on from the start. @kernel 3.16
 */
export function encodeMappingEvent(): KernelStruct {
  const { inherit, excludeKernel, mmap, comm, task, sampleIdAll, mmap2, commExec } = FLAGS
  return new StructWriter(SIZE_VER5)
    .u32(0, PERF_TYPE.software)
    .u32(4, SIZE_VER5)
    .u64(8, DUMMY)
    .u64(24, SAMPLE_TIME)
    .u64(40, inherit | excludeKernel | mmap | comm | task | sampleIdAll | mmap2 | commExec)
    .finish()
}

/** Whom an event watches; -1 is everyone, or every CPU. */
export interface PerfScope {
  readonly pid: number
  readonly cpu: number
}

/** perf_event_open(2); `value` is the new descriptor. */
export function openPerfEvent(attr: KernelStruct, scope: PerfScope): SyscallResult {
  return syscall('perf_event_open', [attr, scope.pid, scope.cpu, -1, FD_CLOEXEC])
}

/** PERF_EVENT_IOC_ENABLE. */
export function enablePerfEvent(eventFd: number): SyscallResult {
  return syscall('ioctl', [eventFd, IOC.enable, 0])
}

/** PERF_EVENT_IOC_SET_BPF: attaches a program for as long as the event lives. @kernel 4.1 */
export function setPerfEventProgram(eventFd: number, programFd: number): SyscallResult {
  return syscall('ioctl', [eventFd, IOC.setBpf, programFd])
}
