/**
 * Counters of the kernel and of the processor: a program is run each time that so many events have been counted, on every
 * online CPU or on every thread of a process (and the threads that those start). @kernel 4.9
 */
import { NotSupportedError } from '../../base/errors.ts'
import type { AttachPoint } from '../../spec/attach-point.ts'
import type { Link } from '../../spec/executor.ts'
import { encodePerfEvent, PERF_TYPE } from '../sys/perf-event.ts'
import { type AttachContext, makeLink, openTogether } from './attachment.ts'
import { attachToEvent } from './perf-event-link.ts'
import { inheritance, scopesOf } from './perf-scopes.ts'

type CounterPoint = Extract<AttachPoint, { kind: 'software' | 'hardware' }>

/** Attaches a program to a counter. Throws `NotSupportedError` where the processor shows no such counter. */
export function attachCounter(context: AttachContext, point: CounterPoint): Link {
  const { kind, name, config, period, pid } = point
  const scopes = scopesOf(pid)
  return openTogether((fds) => {
    for (const scope of scopes) {
      const event = encodePerfEvent({ type: PERF_TYPE[kind], config: BigInt(config), sampling: { period }, ...inheritance(scope) })
      attachToEvent(context, { event, scope, what: name, cookie: 0n, explain: (errno) => explain(point, errno) }, fds)
    }
    return makeLink({ how: 'perf_event', siteCount: scopes.length, fds })
  })
}

/** What the kernel answers where nothing counts such events (kernel/events/core.c, arch/x86/events/core.c). */
const NO_COUNTER: ReadonlySet<string> = new Set(['ENOENT', 'EOPNOTSUPP', 'EINVAL', 'ENODEV', 'ENXIO'])

function explain({ kind, name }: CounterPoint, errno: string): Error | undefined {
  if (kind !== 'hardware' || !NO_COUNTER.has(errno)) return undefined
  return new NotSupportedError(name, {
    detail: 'this machine shows no such counter of the processor (virtual machines often have none)',
    remedy: 'count by a clock of the kernel, such as software:cpu-clock, or give the virtual machine a PMU',
  })
}
