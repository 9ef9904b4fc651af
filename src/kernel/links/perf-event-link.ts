/**
 * A program on a perf event: by a link, which carries a cookie, or on kernels before 5.15 by an ioctl, which lives as
 * long as the event.
 */
import { bpf, callName } from '../sys/bpf.ts'
import { encodePerfEventLink } from '../sys/bpf-link.ts'
import { Fd } from '../sys/fd.ts'
import { enablePerfEvent, openPerfEvent, type PerfScope, setPerfEventProgram } from '../sys/perf-event.ts'
import { refusalError } from '../sys/refusal.ts'
import type { KernelStruct } from '../sys/struct.ts'
import type { AttachContext } from './attachment.ts'

/** An event to open and to attach a program to. */
export interface EventAttachment {
  readonly event: KernelStruct
  readonly scope: PerfScope
  /** What is being attached to, for messages. */
  readonly what: string
  /** 0 when nobody asks for it. */
  readonly cookie: bigint
  /** Turns an errno of opening the event into something better than the general sentence. */
  readonly explain?: (errno: string) => Error | undefined
}

/** Opens, attaches and enables; every descriptor goes to `fds`. Throws `PermissionError`, `SyscallError`. */
export function attachToEvent(context: AttachContext, attachment: EventAttachment, fds: Fd[]): void {
  const { what, explain } = attachment
  const doing = `attaching to ${what}`
  const opened = openPerfEvent(attachment.event, attachment.scope)
  if (opened.errno !== undefined)
    throw explain?.(opened.errno) ?? refusalError({ call: 'perf_event_open', errno: opened.errno, doing, needs: ['CAP_PERFMON'] })
  const event = new Fd(opened.value, `perf event of ${what}`)
  fds.push(event)
  if (context.features.has('perf_event_link')) fds.push(linkEvent(context, { event, what, cookie: attachment.cookie }))
  else setProgram(context, event, doing)
  const { errno } = enablePerfEvent(event.number)
  if (errno !== undefined) throw refusalError({ call: 'ioctl(PERF_EVENT_IOC_ENABLE)', errno, doing })
}

function linkEvent(context: AttachContext, link: { readonly event: Fd; readonly what: string; readonly cookie: bigint }): Fd {
  const attr = encodePerfEventLink({ programFd: context.program.number, eventFd: link.event.number, cookie: link.cookie })
  const { value, errno } = bpf('LINK_CREATE', attr)
  if (errno !== undefined) throw refusalError({ call: callName('LINK_CREATE'), errno, doing: `attaching to ${link.what}` })
  return new Fd(value, `link to ${link.what}`)
}

function setProgram(context: AttachContext, event: Fd, doing: string): void {
  const { errno } = setPerfEventProgram(event.number, context.program.number)
  if (errno !== undefined) throw refusalError({ call: 'ioctl(PERF_EVENT_IOC_SET_BPF)', errno, doing })
}
