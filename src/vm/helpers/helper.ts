/**
 * What a helper of the machine is.
 */
import type { Execution } from '../execution.ts'

/** A helper: reads its arguments from the execution and answers r0. A number must be an integer, below 2^53 in size. */
export type VmHelper = (execution: Execution) => number | bigint
