/**
 * Tracepoints, through the perf event of their id in tracefs. @kernel 4.7
 */
import type { AttachPoint } from '../../spec/attach-point.ts'
import type { Link } from '../../spec/executor.ts'
import { encodePerfEvent, PERF_TYPE } from '../sys/perf-event.ts'
import { getTracepointId } from '../tracefs/events.ts'
import { type AttachContext, makeLink, openTogether } from './attachment.ts'
import { attachToEvent } from './perf-event-link.ts'

/** Attaches a program to a tracepoint. Throws `UsageError` when there is none of that name. */
export function attachTracepoint(context: AttachContext, point: Extract<AttachPoint, { kind: 'tracepoint' }>): Link {
  const id = getTracepointId(point.category, point.event)
  const event = encodePerfEvent({ type: PERF_TYPE.tracepoint, config: BigInt(id) })
  const what = `tracepoint ${point.category}:${point.event}`
  return openTogether((fds) => {
    // Opened on one CPU, it runs the program on all of them.
    attachToEvent(context, { event, scope: { pid: -1, cpu: 0 }, what, cookie: 0n }, fds)
    return makeLink({ how: 'perf_event', siteCount: 1, fds })
  })
}
