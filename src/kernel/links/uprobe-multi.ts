/**
 * Uprobes through one link. The kernel refuses all sites when it refuses one, and does not say which: then the sites
 * are halved until those to blame stand alone. What attached on the way stays attached, so that no site is ever probed
 * twice and no hit is missed. @kernel 6.6
 */
import type { AttachPoint, UprobeSite } from '../../spec/attach-point.ts'
import type { Link } from '../../spec/executor.ts'
import type { RefusedSite } from '../../spec/type-source.ts'
import { bpf, callName } from '../sys/bpf.ts'
import { encodeUprobeMultiLink } from '../sys/bpf-link.ts'
import { Fd } from '../sys/fd.ts'
import { type AttachContext, makeLink, openTogether } from './attachment.ts'
import { allRefusedError, isAboutSites, refusedSite, uprobeError } from './uprobe-refusal.ts'

type UprobePoint = Extract<AttachPoint, { kind: 'uprobe' }>

/** MAX_UPROBE_MULTI_CNT. */
const MOST_SITES = 1 << 20

/** Attaches to every site that the kernel takes. Throws when there is none, and what `uprobeError` answers. */
export function attachUprobeMulti(context: AttachContext, point: UprobePoint): Link {
  return openTogether((fds) => {
    const refused: RefusedSite[] = []
    for (let at = 0; at < point.sites.length; at += MOST_SITES)
      attachSites(context, { point, sites: point.sites.slice(at, at + MOST_SITES), fds, refused })
    const siteCount = point.sites.length - refused.length
    if (siteCount === 0) throw allRefusedError(point.path, refused)
    return makeLink({ how: 'uprobe_multi', siteCount, fds, refused })
  })
}

interface Attempt {
  readonly point: UprobePoint
  readonly sites: readonly UprobeSite[]
  readonly fds: Fd[]
  readonly refused: RefusedSite[]
}

function attachSites(context: AttachContext, attempt: Attempt): void {
  const { point, sites, fds, refused } = attempt
  const { value, errno } = createLink(context, point, sites)
  if (errno === undefined) {
    fds.push(new Fd(value, `uprobe_multi link to ${point.path}`))
    return
  }
  const [only, second] = sites
  if (only === undefined || !isAboutSites(errno))
    throw uprobeError({ path: point.path, pid: point.pid, call: callName('LINK_CREATE') }, errno)
  if (second === undefined) {
    refused.push(refusedSite(only, errno)!)
    return
  }
  const half = sites.length >> 1
  attachSites(context, { ...attempt, sites: sites.slice(0, half) })
  attachSites(context, { ...attempt, sites: sites.slice(half) })
}

function createLink(context: AttachContext, point: UprobePoint, sites: readonly UprobeSite[]) {
  return bpf(
    'LINK_CREATE',
    encodeUprobeMultiLink({
      programFd: context.program.number,
      path: point.path,
      offsets: sites.map((site) => site.offset),
      cookies: sites.map((site) => site.cookie),
      ...(sites.some((site) => site.semaphore !== undefined) ? { counters: sites.map((site) => site.semaphore ?? 0) } : {}),
      return: point.return,
      pid: point.pid ?? 0,
    }),
  )
}
