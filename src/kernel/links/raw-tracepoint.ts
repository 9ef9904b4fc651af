/**
 * Raw tracepoints: the program gets what the tracepoint is called with. @kernel 4.17
 */
import { SyscallError, UsageError } from '../../base/errors.ts'
import type { AttachPoint } from '../../spec/attach-point.ts'
import type { Link } from '../../spec/executor.ts'
import { bpf, callName } from '../sys/bpf.ts'
import { encodeRawTracepoint } from '../sys/bpf-link.ts'
import { Fd } from '../sys/fd.ts'
import { type AttachContext, makeLink } from './attachment.ts'

/** Attaches a program to a raw tracepoint. Throws `UsageError` when there is none of that name. */
export function attachRawTracepoint(context: AttachContext, point: Extract<AttachPoint, { kind: 'raw_tracepoint' }>): Link {
  const what = `rawtracepoint ${point.module}:${point.event}`
  const { value, errno } = bpf('RAW_TRACEPOINT_OPEN', encodeRawTracepoint({ programFd: context.program.number, event: point.event }))
  if (errno === undefined) return makeLink({ how: 'raw_tracepoint', siteCount: 1, fds: [new Fd(value, what)] })
  if (errno === 'ENOENT') throw new UsageError(`there is no ${what}`, { remedy: "borescope -l 'rawtracepoint:*' lists what there is" })
  throw new SyscallError(callName('RAW_TRACEPOINT_OPEN'), errno, `attaching to ${what}`)
}
