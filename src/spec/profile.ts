/**
 * A profile: call stacks with what was counted of each. What the forms of `output/profile` are written from, be it a script's
 * maps or stacks of any other origin.
 */
import type { Frame } from './value.ts'

/** What tells samples of the same stack apart, such as the name of the thread. */
export interface SampleLabel {
  readonly name: string
  readonly value: string | bigint
}

/** One stack, and a number for each of the profile's `valueTypes`. */
export interface Sample {
  /** Innermost first. */
  readonly frames: readonly Frame[]
  readonly labels?: readonly SampleLabel[]
  readonly values: readonly bigint[]
}

/** What one kind of number in a profile is: `samples` in `count`, `latency` in `count`. */
export interface ProfileValueType {
  readonly type: string
  readonly unit: string
}

/** Stacks, and what the numbers of their samples mean. Texts are byte strings (`spec/byte-string.ts`). */
export interface Profile {
  readonly valueTypes: readonly ProfileValueType[]
  readonly samples: readonly Sample[]
}
