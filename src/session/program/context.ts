/**
 * The parameter of a probe function.
 */

/** Who hit the probe, and with what. Only inside of a probe function. */
export interface ProbeContext {
  /** Process id (thread group), in the PID namespace of the tracer; 0 for a process outside of it. */
  readonly pid: number
  /** Thread id, in the same numbering. */
  readonly tid: number
  /** The thread's name, at most 15 bytes. */
  readonly comm: string
  /** The CPU that the probe runs on. */
  readonly cpu: number
  /** The n-th integer argument (a constant from 0), by the calling convention of the probed binary; at function entry only. */
  readonly arg: (index: number) => bigint
}

/** The parameter of a return probe's function. */
export interface ReturnContext extends Omit<ProbeContext, 'arg'> {
  /** The first integer result, as 64 unsigned bits. */
  readonly retval: bigint
}
