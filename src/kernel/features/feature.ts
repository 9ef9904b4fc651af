/**
 * What a feature of the kernel is: a name, the kernel that brought it, and a probe that tries it for real. A version
 * number is never asked: distributions carry features back, and builds leave them out.
 */

import { InternalError } from '../../base/errors.ts'
import { encodeInstructions } from '../../format/asm/encode.ts'
import type { Instruction } from '../../format/asm/instruction.ts'
import { callName } from '../sys/bpf.ts'
import { callProgramLoad, PROGRAM_TYPE } from '../sys/bpf-program.ts'
import { Fd } from '../sys/fd.ts'
import { refusalError } from '../sys/refusal.ts'

/** A row of the table of features. */
export interface Feature {
  /** What messages call it. */
  readonly title: string
  /** The first kernel of kernel.org that has it. */
  readonly since: string
  /** Tries it; leaves nothing open. Throws `PermissionError` when it may not even be tried. */
  readonly probe: () => boolean
}

/** A tiny program to try to load. */
export interface TrialProgram {
  readonly type: keyof typeof PROGRAM_TYPE
  readonly instructions: readonly Instruction[]
  readonly expectedAttachType?: number
  readonly sleepable?: boolean
}

/** Loads a tiny program; `undefined` when the kernel does not take it. The caller closes it. Throws `PermissionError`. */
export function tryProgram(trial: TrialProgram): Fd | undefined {
  const instructions = encodeInstructions(trial.instructions, () => {
    throw new InternalError('a trial program refers to nothing')
  })
  const { value, errno } = callProgramLoad({
    type: PROGRAM_TYPE[trial.type],
    instructions,
    license: 'GPL',
    name: 'probe',
    expectedAttachType: trial.expectedAttachType ?? 0,
    sleepable: trial.sleepable ?? false,
  })
  if (errno === 'EPERM') throw refusalError({ call: callName('PROG_LOAD'), errno, doing: 'tracing' })
  return errno === undefined ? new Fd(value, 'trial program') : undefined
}

/** Uses something that may be missing, and closes it. */
export function withTrial(fd: Fd | undefined, use: (fd: Fd) => boolean): boolean {
  if (fd === undefined) return false
  try {
    return use(fd)
  } finally {
    fd.close()
  }
}
