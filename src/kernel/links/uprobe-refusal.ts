/**
 * Why a uprobe could not be attached: errnos of uprobe registration (kernel/events/uprobes.c) as sentences.
 */
import { statSync } from 'node:fs'
import { type BorescopeError, NotSupportedError, UsageError } from '../../base/errors.ts'
import type { UprobeSite } from '../../spec/attach-point.ts'
import type { RefusedSite } from '../../spec/type-source.ts'
import type { Capability } from '../sys/capabilities.ts'
import { refusalError } from '../sys/refusal.ts'

/** Errnos that speak of the instruction at a site, not of the file or the caller. */
const SITE_ERRNOS: Readonly<Record<string, string>> = {
  ENOTSUPP: 'the kernel cannot probe this instruction (a breakpoint is there already, or it has a prefix such as LOCK)',
  ENOEXEC: 'the kernel cannot decode this instruction',
}

/** What is being attached, for messages. */
export interface UprobePlace {
  readonly path: string
  readonly pid: number | undefined
  readonly call: string
  /** What the call needs, when it is not what every tracing call needs. */
  readonly needs?: readonly Capability[]
}

/** The site as refused, when the errno speaks of the instruction; otherwise `undefined`. */
export function refusedSite(site: UprobeSite, errno: string): RefusedSite | undefined {
  const reason = SITE_ERRNOS[errno]
  return reason === undefined ? undefined : { symbol: site.symbol, reason }
}

/** True when leaving some sites out may help. */
export function isAboutSites(errno: string): boolean {
  return Object.hasOwn(SITE_ERRNOS, errno)
}

/** The error for an errno that no site is to blame for. */
export function uprobeError(place: UprobePlace, errno: string): BorescopeError {
  const { path, pid, call, needs } = place
  if (errno === 'ESRCH' && pid !== undefined) return new UsageError(`no process has the id ${pid}`)
  if (errno === 'ENOENT' || errno === 'ENOTDIR') return new UsageError(`no such file: ${path}`)
  // The two ways to attach answer different errnos for what is no file.
  if (errno === 'EBADF' || errno === 'EISDIR' || (errno === 'EINVAL' && !isRegularFile(path)))
    return new UsageError(`${path} is not a regular file`)
  if (errno === 'EINVAL')
    return new UsageError(`${path} has no instruction at an offset that was to be probed: it lies outside of the file`, {
      remedy: 'the file may have been replaced: run again, so that its symbols are read again',
    })
  if (errno === 'EIO')
    return new NotSupportedError(`probing ${path}`, { detail: 'its file system has no page cache', remedy: 'copy the file elsewhere' })
  return refusalError({ call, errno, doing: `attaching to ${path}`, ...(needs === undefined ? {} : { needs }) })
}

function isRegularFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}

/** The error when every site was refused. */
export function allRefusedError(path: string, refused: readonly RefusedSite[]): NotSupportedError {
  const [first] = refused
  const others = refused.length > 1 ? ` (and ${refused.length - 1} more)` : ''
  return new NotSupportedError(`a probe at ${first?.symbol ?? 'nothing'}${others} of ${path}`, {
    detail: first?.reason ?? 'there is no site',
    remedy: 'probe another instruction of the function (function+offset)',
  })
}
