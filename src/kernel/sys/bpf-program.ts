/**
 * `bpf_attr` of the program commands, and `struct bpf_prog_info`. Offsets are those of include/uapi/linux/bpf.h.
 */
import { bpf } from './bpf.ts'
import { cString, type KernelStruct, readU32, readU64, StructWriter } from './struct.ts'
import type { SyscallResult } from './syscall.ts'

/** `enum bpf_prog_type`, for the types that borescope loads. */
export const PROGRAM_TYPE = { kprobe: 2, tracepoint: 5, perf_event: 7, raw_tracepoint: 17, iterator: 26 } as const

/** `enum bpf_attach_type`, for the attach types that borescope uses. */
export const ATTACH_TYPE = { iterator: 28, perf_event: 41, uprobe_multi: 48 } as const

/** Bits of `log_level`: the states of every instruction, also of programs that load, and statistics. */
export const LOG_LEVEL = { onError: 1, everything: 7 } as const

/** What BPF_PROG_LOAD is told. */
export interface ProgramLoad {
  readonly type: number
  /** Encoded instructions, 8 bytes each. */
  readonly instructions: Uint8Array
  readonly license: string
  /** At most 15 bytes of `[A-Za-z0-9_.]`. */
  readonly name: string
  readonly expectedAttachType: number
  /** The function of the kernel that the program belongs to, by its BTF id. @kernel 5.5 */
  readonly attachTo?: number | undefined
  /** May fault pages of the traced process in (BPF_F_SLEEPABLE). */
  readonly sleepable?: boolean
  readonly log?: { readonly level: number; readonly buffer: Uint8Array }
  /** A loaded BTF, and records that point into it. */
  readonly btf?: { readonly fd: number; readonly functions: InfoRecords; readonly lines: InfoRecords } | undefined
}

/** Records of one size, one after another. */
export interface InfoRecords {
  readonly recordSize: number
  readonly bytes: Uint8Array
}

const SLEEPABLE = 1 << 4

/** As many as libbpf makes. */
const MOST_ATTEMPTS = 5

/** Loads a program, and again while the verifier stops with EAGAIN: a signal is pending, which is no refusal. */
export function callProgramLoad(program: ProgramLoad): SyscallResult {
  for (let attempt = 1; ; attempt++) {
    const result = bpf('PROG_LOAD', encodeProgramLoad(program))
    if (result.errno !== 'EAGAIN' || attempt === MOST_ATTEMPTS) return result
  }
}

/** BPF_PROG_LOAD. @kernel 3.18 (expected_attach_type 4.17, functions and lines 5.0) */
export function encodeProgramLoad(program: ProgramLoad): KernelStruct {
  const writer = new StructWriter(program.attachTo !== undefined ? 116 : program.btf === undefined ? 72 : 108)
  writer
    .u32(0, program.type)
    .u32(4, program.instructions.length / 8)
    .pointer(8, program.instructions)
    .pointer(16, cString(program.license))
    .u32(24, program.log?.level ?? 0)
    .u32(28, program.log?.buffer.length ?? 0)
    .pointer(32, program.log?.buffer)
    .u32(44, program.sleepable === true ? SLEEPABLE : 0)
    .text(48, program.name)
    .u32(68, program.expectedAttachType)
  if (program.attachTo !== undefined) writer.u32(108, program.attachTo)
  if (program.btf === undefined) return writer.finish()
  const { fd, functions, lines } = program.btf
  return writer
    .u32(72, fd)
    .u32(76, functions.recordSize)
    .pointer(80, functions.bytes)
    .u32(88, functions.bytes.length / functions.recordSize)
    .u32(92, lines.recordSize)
    .pointer(96, lines.bytes.length === 0 ? undefined : lines.bytes)
    .u32(104, lines.bytes.length / lines.recordSize)
    .finish()
}

/** BPF_PROG_TEST_RUN without data or context, as raw tracepoint programs take it. @kernel 5.10 */
export function encodeTestRun(fd: number): KernelStruct {
  return new StructWriter(80).u32(0, fd).finish()
}

/** What a program returned, from the `bpf_attr` of a test run that the kernel filled; signed 32 bits. */
export function testRunResult(attr: KernelStruct): number {
  return readU32(attr.bytes, 4) | 0
}

/** Bytes of `struct bpf_prog_info` that are asked for. */
export const PROGRAM_INFO_SIZE = 232

/** What is read of `struct bpf_prog_info`. The run counters stay 0 unless statistics are enabled. */
export interface ProgramInfo {
  readonly id: number
  readonly instructionCount: number
  readonly jitedSize: number
  readonly runTimeNs: bigint
  readonly runCount: bigint
  /** Times that the program was left out because it was running on that CPU already. @kernel 5.12 */
  readonly recursionMisses: bigint
}

/** Reads a filled `struct bpf_prog_info`. */
export function readProgramInfo(info: Uint8Array): ProgramInfo {
  return {
    id: readU32(info, 4),
    jitedSize: readU32(info, 16),
    instructionCount: readU32(info, 20) / 8,
    runTimeNs: readU64(info, 192),
    runCount: readU64(info, 200),
    recursionMisses: readU64(info, 208),
  }
}
