/**
 * The library's front door: everything that a tracing program in TypeScript imports.
 */
export type { Diagnostic } from './base/diagnostic.ts'
export {
  BorescopeError,
  ClosedError,
  FormatError,
  InternalError,
  NotSupportedError,
  PermissionError,
  SyscallError,
  UsageError,
  VerifierError,
} from './base/errors.ts'
export { diff, type FoldedDifference, type FoldedStack, fold, foldedText } from './output/profile/fold.ts'
export { type ProfileTime, toPprof } from './output/profile/pprof.ts'
export { speedscopeText } from './output/profile/speedscope.ts'
export {
  type AggregationType,
  type Average,
  avg,
  count,
  type Histogram,
  hist,
  lhist,
  max,
  min,
  sum,
} from './session/program/aggregations.ts'
export type {
  AnyArguments,
  CommonContext,
  ProbeContext,
  RawTracepointContext,
  RegisterContext,
  ReturnContext,
  TimerContext,
  TracepointContext,
} from './session/program/context.ts'
export {
  bool,
  cstring,
  type DataType,
  enumeration,
  i8,
  i16,
  i32,
  i64,
  pointer,
  string,
  struct,
  u8,
  u16,
  u32,
  u64,
  type ValueOf,
} from './session/program/data-types.ts'
export { Executable, type SymbolAddress } from './session/program/executable.ts'
export { type Address, kernel, nsecs, random, user } from './session/program/intrinsics.ts'
export {
  type AggregatePart,
  type ArrayPart,
  array,
  type BloomPart,
  bloomFilter,
  type EventsPart,
  type GlobalPart,
  global,
  type HashPart,
  hash,
  lruHash,
  type PerCpu,
  perCpuArray,
  perCpuHash,
  perCpuLruHash,
  type QueuePart,
  queue,
  ringbuf,
  stack,
} from './session/program/parts.ts'
export {
  interval,
  type ProbeOptions,
  type ProbePart,
  profile,
  type Rate,
  rawTracepoint,
  tracepoint,
  uprobe,
  uretprobe,
} from './session/program/probes.ts'
export { ProgramError } from './session/program/program-error.ts'
export type { SessionAggregate } from './session/program/session-aggregates.ts'
export type { SessionEvents } from './session/program/session-events.ts'
export type { SessionArray, SessionHash } from './session/program/session-maps.ts'
export type { SessionPart, SessionProbe } from './session/program/session-parts.ts'
export type { SessionBloom, SessionGlobal, SessionQueue } from './session/program/session-queue.ts'
export { type SimulatedHit, type SimulatedWorld, type Simulation, simulate } from './session/program/simulate.ts'
export { type Session, type TraceOptions, trace } from './session/program/trace.ts'
export { bpftrace, type ScriptEvent, type ScriptRunOptions, type ScriptSession } from './session/script/script-session.ts'
export type { ScriptEntry, ScriptHistogram, ScriptStats, ScriptValue } from './session/script/script-values.ts'
export type { Profile, ProfileValueType, Sample, SampleLabel } from './spec/profile.ts'
export type { Frame } from './spec/value.ts'
