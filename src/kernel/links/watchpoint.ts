/**
 * Watchpoints: a program is run each time that memory is accessed, by a debug register of the processor, of which there are few. On
 * every online CPU, or on every thread of a process (and the threads that those start). @kernel 4.17
 */
import { UsageError } from '../../base/errors.ts'
import { ACCESS, type AttachPoint } from '../../spec/attach-point.ts'
import type { Link } from '../../spec/executor.ts'
import { encodePerfEvent, PERF_TYPE } from '../sys/perf-event.ts'
import { type AttachContext, makeLink, openTogether } from './attachment.ts'
import { attachToEvent } from './perf-event-link.ts'
import { inheritance, scopesOf } from './perf-scopes.ts'

/** What the kernel wants for instructions, whose length the processor knows. */
const WHOLE_INSTRUCTION = 8

type Watchpoint = Extract<AttachPoint, { kind: 'watchpoint' }>

/** Attaches a program to accesses of memory. Throws `UsageError` where the processor cannot watch it. */
export function attachWatchpoint(context: AttachContext, point: Watchpoint): Link {
  const { name, address, length, access, pid } = point
  const scopes = scopesOf(pid)
  return openTogether((fds) => {
    for (const scope of scopes) {
      const breakpoint = { address, length: access === ACCESS.execute ? WHOLE_INSTRUCTION : length, access }
      const event = encodePerfEvent({
        type: PERF_TYPE.breakpoint,
        config: 0n,
        sampling: { period: 1n },
        breakpoint,
        ...inheritance(scope),
      })
      attachToEvent(context, { event, scope, what: name, cookie: 0n, explain: (errno) => explain(point, errno) }, fds)
    }
    return makeLink({ how: 'perf_event', siteCount: scopes.length, fds })
  })
}

function explain({ name, address, length }: Watchpoint, errno: string): Error | undefined {
  if (errno === 'ENOSPC')
    return new UsageError(`no debug register is free for ${name}`, {
      remedy: 'x86 has four of them, for all tracers and debuggers together',
    })
  if (errno === 'EINVAL' && address % BigInt(length) !== 0n)
    return new UsageError(`0x${address.toString(16)} is not a multiple of ${length}`, {
      remedy: 'watch fewer bytes, or several aligned pieces',
    })
  return undefined
}
