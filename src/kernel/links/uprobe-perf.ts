/**
 * Uprobes through perf events, one per site: the way of kernels before 6.6. @kernel 4.17
 */
import { readFileSync } from 'node:fs'
import { NotSupportedError } from '../../base/errors.ts'
import type { AttachPoint, UprobeSite } from '../../spec/attach-point.ts'
import type { Link } from '../../spec/executor.ts'
import type { RefusedSite } from '../../spec/type-source.ts'
import { closeAll, type Fd } from '../sys/fd.ts'
import { encodePerfEvent } from '../sys/perf-event.ts'
import { cString } from '../sys/struct.ts'
import { type AttachContext, makeLink, openTogether } from './attachment.ts'
import { attachToEvent } from './perf-event-link.ts'
import { allRefusedError, refusedSite, uprobeError } from './uprobe-refusal.ts'

type UprobePoint = Extract<AttachPoint, { kind: 'uprobe' }>

/** Bits of the event's configuration below those that hold where the tracers are counted (`ref_ctr_offset`, 4.20). */
const REF_CTR_SHIFT = 32n
const PMU = '/sys/bus/event_source/devices/uprobe'

/** Attaches to every site that the kernel takes. Throws when there is none, and what `uprobeError` answers. */
export function attachUprobePerf(context: AttachContext, point: UprobePoint): Link {
  const pmu = readPmu()
  return openTogether((fds) => {
    const refused: RefusedSite[] = []
    for (const site of point.sites) attachSite(context, { point, site, pmu, fds, refused })
    const siteCount = point.sites.length - refused.length
    if (siteCount === 0) throw allRefusedError(point.path, refused)
    return makeLink({ how: 'perf_event', siteCount, fds, refused })
  })
}

interface SiteAttachment {
  readonly point: UprobePoint
  readonly site: UprobeSite
  readonly pmu: { readonly type: number; readonly returnBit: bigint }
  readonly fds: Fd[]
  readonly refused: RefusedSite[]
}

/** Carries the refusal of one site out of the general attaching code. */
class SiteRefused extends Error {
  readonly site: RefusedSite

  constructor(site: RefusedSite) {
    super(site.reason)
    this.site = site
  }
}

function attachSite(context: AttachContext, attachment: SiteAttachment): void {
  const { point, site, pmu, fds, refused } = attachment
  const config = (point.return ? pmu.returnBit : 0n) | (BigInt(site.semaphore ?? 0) << REF_CTR_SHIFT)
  const event = encodePerfEvent({ type: pmu.type, config, path: cString(point.path), offset: site.offset })
  const opened: Fd[] = []
  try {
    const what = `${point.path}:${site.symbol}`
    attachToEvent(
      context,
      { event, scope: scopeOf(point.pid), what, cookie: site.cookie, explain: (errno) => explain(point, site, errno) },
      opened,
    )
    fds.push(...opened)
  } catch (error) {
    closeAll(opened)
    if (!(error instanceof SiteRefused)) throw error
    refused.push(error.site)
  }
}

/** A uprobe of everybody is opened on one CPU and hits on all of them. */
function scopeOf(pid: number | undefined) {
  return pid === undefined ? { pid: -1, cpu: 0 } : { pid, cpu: -1 }
}

function explain(point: UprobePoint, site: UprobeSite, errno: string): Error | undefined {
  const refused = refusedSite(site, errno)
  if (refused !== undefined) return new SiteRefused(refused)
  // The uprobe PMU asks for CAP_SYS_ADMIN where every other perf event is content with CAP_PERFMON.
  return uprobeError({ path: point.path, pid: point.pid, call: 'perf_event_open', needs: ['CAP_SYS_ADMIN'] }, errno)
}

function readPmu(): { readonly type: number; readonly returnBit: bigint } {
  try {
    const type = Number(readFileSync(`${PMU}/type`, 'latin1'))
    const bit = /^config:(\d+)/.exec(readFileSync(`${PMU}/format/retprobe`, 'latin1'))?.[1] ?? '0'
    return { type, returnBit: 1n << BigInt(bit) }
  } catch (cause) {
    throw new NotSupportedError('attaching uprobes by perf events', { since: '4.17', detail: `there is no ${PMU}`, cause })
  }
}
