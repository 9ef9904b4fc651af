/**
 * Who answers when the body of a probe runs as plain JavaScript: nobody, unless a simulation is on. In the kernel these
 * calls do not exist; they are compiled.
 */
import { UsageError } from '../../base/errors.ts'
import type { Type } from '../../spec/types/type.ts'
import type { Branded } from './brand.ts'

/** What a probe can do, done by somebody. */
export interface Machine {
  readonly get: (part: Branded, key: unknown) => unknown
  readonly set: (part: Branded, key: unknown, value: unknown) => void
  readonly delete: (part: Branded, key: unknown) => boolean
  /** Adds to a number in place; 1 when `by` is undefined. */
  readonly increment: (part: Branded, key: unknown, by: unknown) => void
  /** Takes a number into an aggregation. */
  readonly reduce: (part: Branded, key: unknown, value: number | bigint) => void
  readonly has: (part: Branded, key: unknown) => boolean
  /** False when there is no room. */
  readonly push: (part: Branded, value: unknown) => boolean
  readonly pop: (part: Branded, options: { readonly remove: boolean }) => unknown
  readonly contains: (part: Branded, value: unknown) => boolean
  readonly emit: (part: Branded, value: unknown) => void
  /** Undefined when the memory cannot be read. */
  readonly read: (type: Type, address: unknown) => unknown
  /** Undefined when the memory cannot be read. */
  readonly readString: (size: number, address: unknown) => string | undefined
  /** False when the memory cannot be written. */
  readonly write: (type: Type, address: unknown, value: unknown) => boolean
  readonly nsecs: () => bigint
  readonly random: () => number
}

const KEY = Symbol.for('borescope.machine')
const globals = globalThis as { [KEY]?: Machine | undefined }

/** The machine that answers. Throws `UsageError` when there is none: the call stands outside of a probe. */
export function currentMachine(call: string): Machine {
  const machine = globals[KEY]
  if (machine === undefined) {
    throw new UsageError(`${call} was called outside of a probe function`, {
      remedy: 'in a probe it is compiled for the kernel; in user space use the session: session.name.get(key)',
    })
  }
  return machine
}

/** Runs `body` with `machine` to answer. */
export function withMachine<T>(machine: Machine, body: () => T): T {
  const outer = globals[KEY]
  globals[KEY] = machine
  try {
    return body()
  } finally {
    globals[KEY] = outer
  }
}
