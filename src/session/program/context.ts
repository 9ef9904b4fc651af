/**
 * The parameter of a probe function.
 */

/** Who hit the probe. Only inside of a probe function. */
export interface CommonContext {
  /** Process id (thread group), in the PID namespace of the tracer; 0 for a process outside of it. */
  readonly pid: number
  /** Thread id, in the same numbering. */
  readonly tid: number
  readonly uid: number
  readonly gid: number
  /** The thread's name, at most 15 bytes. */
  readonly comm: string
  /** The CPU that the probe runs on. */
  readonly cpu: number
  /** The id of the task's cgroup (v2). @kernel 4.18 */
  readonly cgroup: bigint
  /** Nanoseconds since boot, without the time asleep (CLOCK_MONOTONIC). */
  readonly nsecs: bigint
}

/** Probes that interrupt code: its registers. */
export interface RegisterContext extends CommonContext {
  /** What a register of the machine held, by its name in `struct pt_regs`: `ctx.register('ip')`. */
  readonly register: (name: string) => bigint
}

/** The parameter of a probe at the entry of a function. */
export interface ProbeContext extends RegisterContext {
  /** The n-th integer argument (a constant from 0), by the calling convention of the probed binary; at function entry only. */
  readonly arg: (index: number) => bigint
}

/** The parameter of a return probe's function. */
export interface ReturnContext extends RegisterContext {
  /** The first integer result, as 64 unsigned bits. */
  readonly retval: bigint
}

/** The parameter of a timer's function. */
export interface TimerContext extends RegisterContext {}

/** Arguments whose types nobody has told: what they are is looked up in the running kernel. */
// biome-ignore lint/suspicious/noExplicitAny: the compiler of the probe knows the type of each and checks it
export type AnyArguments = Readonly<Record<string, any>>

/** The parameter of a tracepoint's function. */
export interface TracepointContext<Args extends object = AnyArguments> extends CommonContext {
  /** The fields of the tracepoint. */
  readonly args: Readonly<Args>
}

/** The parameter of a raw tracepoint's function. */
export interface RawTracepointContext<Args extends object = AnyArguments> extends CommonContext {
  /** The n-th argument (a constant from 0), as 64 bits. */
  readonly arg: (index: number) => bigint
  /** The arguments by name; pointers are bigints. */
  readonly args: Readonly<Args>
}
