/**
 * Timers: CPU clock events. An interval is one on the first online CPU; a profile is one on every online CPU, or on
 * every thread of a process (and the threads that those start), where it counts the time that the thread runs.
 */
import { UsageError } from '../../base/errors.ts'
import type { AttachPoint, Timer } from '../../spec/attach-point.ts'
import type { Link } from '../../spec/executor.ts'
import { readOnlineCpus } from '../procfs/cpus.ts'
import { CPU_CLOCK, encodePerfEvent, PERF_TYPE, type PerfScope, type Sampling } from '../sys/perf-event.ts'
import { type AttachContext, makeLink, openTogether } from './attachment.ts'
import { attachToEvent } from './perf-event-link.ts'
import { inheritance, scopesOf } from './perf-scopes.ts'

/** Attaches a program to a timer on one CPU. */
export function attachInterval(context: AttachContext, point: Extract<AttachPoint, { kind: 'interval' }>): Link {
  const cpu = readOnlineCpus()[0] ?? 0
  return attachTimers(context, { what: 'interval', timer: point.timer, scopes: [{ pid: -1, cpu }] })
}

/** Attaches a program to a timer on every CPU, or on every thread of a process. */
export function attachProfile(context: AttachContext, point: Extract<AttachPoint, { kind: 'profile' }>): Link {
  const what = point.pid === undefined ? 'profile' : `profile of process ${point.pid}`
  return attachTimers(context, { what, timer: point.timer, scopes: scopesOf(point.pid) })
}

interface Timers {
  readonly what: string
  readonly timer: Timer
  readonly scopes: readonly PerfScope[]
}

function attachTimers(context: AttachContext, timers: Timers): Link {
  const { what, timer, scopes } = timers
  return openTogether((fds) => {
    for (const scope of scopes) {
      const sampling = samplingOf(timer)
      const event = encodePerfEvent({ type: PERF_TYPE.software, config: BigInt(CPU_CLOCK), sampling, ...inheritance(scope) })
      attachToEvent(context, { event, scope, what, cookie: 0n, explain: (errno) => explain(timer, errno) }, fds)
    }
    return makeLink({ how: 'perf_event', siteCount: scopes.length, fds })
  })
}

function samplingOf(timer: Timer): Sampling {
  return 'periodNs' in timer ? { period: timer.periodNs } : { frequency: timer.frequencyHz }
}

/** The kernel answers EINVAL for a frequency above its limit. */
function explain(timer: Timer, errno: string): Error | undefined {
  if (errno !== 'EINVAL' || !('frequencyHz' in timer)) return undefined
  return new UsageError(`${timer.frequencyHz} times a second is more than the kernel allows`, {
    remedy: 'lower the rate, or raise kernel.perf_event_max_sample_rate',
  })
}
