/**
 * The table of attach kinds: one file each. `begin`, `end`, `signal` and `test` are run by the session and attached to nothing.
 */
import { InternalError } from '../../base/errors.ts'
import type { AttachPoint } from '../../spec/attach-point.ts'
import type { Link } from '../../spec/executor.ts'
import type { AttachContext } from './attachment.ts'
import { attachIterator } from './iterator.ts'
import { attachCounter } from './perf-counter.ts'
import { attachRawTracepoint } from './raw-tracepoint.ts'
import { attachInterval, attachProfile } from './timer.ts'
import { attachTracepoint } from './tracepoint.ts'
import { attachUprobe } from './uprobe.ts'
import { attachWatchpoint } from './watchpoint.ts'

type Attacher<Kind extends AttachPoint['kind']> = (context: AttachContext, point: Extract<AttachPoint, { kind: Kind }>) => Link

const ATTACHERS: { readonly [Kind in AttachPoint['kind']]: Attacher<Kind> } = {
  uprobe: attachUprobe,
  tracepoint: attachTracepoint,
  raw_tracepoint: attachRawTracepoint,
  interval: attachInterval,
  profile: attachProfile,
  software: attachCounter,
  hardware: attachCounter,
  watchpoint: attachWatchpoint,
  iterator: attachIterator,
  begin: attachNothing,
  end: attachNothing,
  signal: attachNothing,
  test: attachNothing,
}

/** Attaches a program; the caller closes the link. Throws what the kind's file throws. */
export function attachPoint(context: AttachContext, point: AttachPoint): Link {
  // The table pairs each kind with its own attacher; the type system cannot follow that through an index.
  const attacher = ATTACHERS[point.kind] as (context: AttachContext, point: AttachPoint) => Link
  return attacher(context, point)
}

function attachNothing(_context: AttachContext, point: AttachPoint): never {
  throw new InternalError(`a ${point.kind} program is run, not attached`)
}
