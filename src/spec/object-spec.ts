/**
 * The waist of borescope: everything that a compiler makes and an executor takes, as pure data that is the same on every
 * machine. Nobody above it knows which executor runs; nobody below it knows which language was written.
 */
import type { MapSpec } from './map-spec.ts'
import type { ProgramSpec } from './program-spec.ts'
import type { RecordSpec } from './record-spec.ts'
import type { FrameDetail } from './value.ts'

/** Maps, programs and record kinds of one tracing program. */
export interface ObjectSpec {
  /** License given to the kernel; `GPL` for most tracing helpers. */
  readonly license: string
  readonly maps: readonly MapSpec[]
  readonly programs: readonly ProgramSpec[]
  /** Kinds of record in the ring buffer `EVENTS_MAP`, by id. */
  readonly records: readonly RecordSpec[]
  /** Function name by attach cookie, for values of type `function`. */
  readonly sites: ReadonlyMap<bigint, string>
  /** What the frames of stacks say; `PLAIN_FRAMES` when absent. */
  readonly frameDetail?: FrameDetail
}
