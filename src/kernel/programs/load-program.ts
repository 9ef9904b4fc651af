/**
 * A `ProgramSpec` becomes a program of the kernel. The verifier's log costs time and memory, so it is asked for only
 * when the program is refused (or on request), and then with buffers that grow until all of it fits.
 */

import { encodeInstructions, type ResolvedReference } from '../../format/asm/encode.ts'
import type { Instruction, Reference } from '../../format/asm/instruction.ts'
import type { Btf } from '../../format/btf/btf.ts'
import { FUNCTION_INFO_SIZE, LINE_INFO_SIZE } from '../../format/btf/program-info.ts'
import type { ProgramInfo } from '../../spec/btf/program-btf.ts'
import type { MapKind } from '../../spec/map-spec.ts'
import type { ProgramSpec } from '../../spec/program-spec.ts'
import { relocateInstructions } from '../../spec/relocation/relocate.ts'
import { callName } from '../sys/bpf.ts'
import { ATTACH_TYPE, callProgramLoad, LOG_LEVEL, PROGRAM_TYPE, type ProgramLoad } from '../sys/bpf-program.ts'
import { Fd } from '../sys/fd.ts'
import { kernelName } from '../sys/name.ts'
import { refusalError } from '../sys/refusal.ts'
import { findKfunc, resolveKfuncs } from './resolve-kfuncs.ts'
import { asSleepable } from './sleepable.ts'
import { verifierError } from './verifier-error.ts'

/** What loading needs beside the program. */
export interface ProgramEnvironment {
  readonly license: string
  readonly resolve: (reference: Reference) => ResolvedReference
  /** How uprobes will be attached; the kernel wants to know at load time. */
  readonly uprobes: 'uprobe_multi' | 'perf_event'
  /** Whether uprobe programs may sleep; asked only for those that gain by it. */
  readonly maySleep: () => boolean
  readonly kindOf: (map: string) => MapKind | undefined
  /** The object's BTF, and what it says of each program by name. */
  readonly btf?: { readonly fd: Fd; readonly programs: ReadonlyMap<string, ProgramInfo> } | undefined
  /** The kernel's own types; asked for only by programs that refer to one. */
  readonly kernelBtf: () => Btf
  readonly log: 'on-error' | 'always'
  /** Bytes kept of a log, from its end. Everything when absent. */
  readonly logSize?: number | undefined
}

/** A program in the kernel. The caller closes `fd`. */
export interface LoadedProgram {
  readonly fd: Fd
  readonly log: string | undefined
}

const FIRST_LOG = 64 * 1024
/** A log that is longer is kept from its end, where the kernel does so (from 6.4 on): the log of a million instructions is 100 MB. */
const LONG_LOG = 32 * 1024 * 1024
/** Above this the kernel refuses the buffer (UINT_MAX >> 2). */
const LARGEST_LOG = 0x3fff_ffff

/** Loads a program. Throws `VerifierError`, `PermissionError`, `SyscallError`. */
export function loadProgram(program: ProgramSpec, environment: ProgramEnvironment): LoadedProgram {
  return loadSleepable(program, environment) ?? loadPlain(program, environment)
}

/** A refusal is no error here: the plain program is what must load. */
function loadSleepable(program: ProgramSpec, environment: ProgramEnvironment): LoadedProgram | undefined {
  const instructions = environment.uprobes === 'uprobe_multi' ? asSleepable(program, environment.kindOf) : undefined
  if (instructions === undefined || !environment.maySleep()) return undefined
  const load = { ...describeLoad({ ...program, instructions }, environment), sleepable: true }
  const { value, errno, log } = tryLoad(load, environment)
  return errno === undefined ? { fd: new Fd(value, `program ${program.name}`), log: keepEnd(log, environment.logSize) } : undefined
}

function describeLoad(program: ProgramSpec, environment: ProgramEnvironment): ProgramLoad {
  return {
    type: PROGRAM_TYPE[program.type],
    instructions: encodeInstructions(forThisKernel(program, environment), environment.resolve),
    license: environment.license,
    name: kernelName(program.name),
    expectedAttachType: expectedAttachType(program, environment),
    btf: describeInfo(program, environment),
    attachTo: iteratedFunction(program, environment),
  }
}

/** An iterator's program belongs to a function of its kind. Throws `NotSupportedError` where the kernel has none. */
function iteratedFunction({ attach }: ProgramSpec, { kernelBtf }: ProgramEnvironment): number | undefined {
  const [point] = attach
  return point?.kind === 'iterator' ? findKfunc(`bpf_iter_${point.over}`, kernelBtf()) : undefined
}

/** With the numbers in it that only this kernel knows. */
function forThisKernel(program: ProgramSpec, { kernelBtf }: ProgramEnvironment): readonly Instruction[] {
  return resolveKfuncs(relocateInstructions(program, kernelBtf), kernelBtf)
}

function describeInfo({ name }: ProgramSpec, { btf }: ProgramEnvironment): ProgramLoad['btf'] {
  const info = btf?.programs.get(name)
  if (btf === undefined || info === undefined) return undefined
  return {
    fd: btf.fd.number,
    functions: { recordSize: FUNCTION_INFO_SIZE, bytes: info.functions },
    lines: { recordSize: LINE_INFO_SIZE, bytes: info.lines },
  }
}

function loadPlain(program: ProgramSpec, environment: ProgramEnvironment): LoadedProgram {
  const load = describeLoad(program, environment)
  const first = tryLoad(load, environment)
  if (first.errno === undefined) return { fd: new Fd(first.value, `program ${program.name}`), log: keepEnd(first.log, environment.logSize) }
  throw refuse(program, load, { errno: first.errno, log: first.log, logSize: environment.logSize })
}

function expectedAttachType(program: ProgramSpec, environment: ProgramEnvironment): number {
  if (program.type === 'iterator') return ATTACH_TYPE.iterator
  const isUprobe = program.attach.some((point) => point.kind === 'uprobe')
  return isUprobe && environment.uprobes === 'uprobe_multi' ? ATTACH_TYPE.uprobe_multi : 0
}

interface Attempt {
  readonly value: number
  readonly errno?: string | undefined
  readonly log: string | undefined
}

function tryLoad(load: ProgramLoad, { log }: ProgramEnvironment): Attempt {
  return log === 'always' ? loadWithLog(load, LOG_LEVEL.everything) : { ...callProgramLoad(load), log: undefined }
}

/** ENOSPC means that the log did not fit: ask again with more room, whatever else is wrong with the program. */
function loadWithLog(load: ProgramLoad, level: number): Attempt {
  for (let size = FIRST_LOG; ; size = size < LONG_LOG ? LONG_LOG : LARGEST_LOG) {
    const buffer = new Uint8Array(size)
    const { value, errno } = callProgramLoad({ ...load, log: { level, buffer } })
    const log = Buffer.from(buffer.subarray(0, Math.max(0, buffer.indexOf(0)))).toString('latin1')
    if (errno !== 'ENOSPC' || size >= LARGEST_LOG || (size >= LONG_LOG && hasEnd(log))) return { value, errno, log }
  }
}

function hasEnd(log: string): boolean {
  return /^processed \d+ insns/m.test(log.slice(-1000))
}

function refuse(
  program: ProgramSpec,
  load: ProgramLoad,
  refusal: { readonly errno: string; readonly log: string | undefined; readonly logSize: number | undefined },
): Error {
  const { errno } = refusal
  const second = errno === 'EPERM' || refusal.log ? undefined : loadWithLog(load, LOG_LEVEL.onError)
  // It was refused a moment ago and is not now: memory was short, or somebody changed a limit. Still an error here.
  if (second !== undefined && second.errno === undefined) new Fd(second.value, 'program').close()
  const log = refusal.log || second?.log
  if (log) return verifierError(program, keepEnd(log, refusal.logSize) ?? log)
  return refusalError({ call: callName('PROG_LOAD'), errno, doing: `loading program ${program.name}` })
}

function keepEnd(log: string | undefined, size: number | undefined): string | undefined {
  return log === undefined || size === undefined ? log : log.slice(-size)
}
