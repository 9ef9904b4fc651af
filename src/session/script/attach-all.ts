/**
 * Attaches all programs of a script in the order of bpftrace: timers and tracepoints as they stand, then the probes of
 * functions in reverse, so that hits of one site run in the order of declaration (the kernel calls the newest first).
 */
import { type AttachPoint, type Placement, RUN_BY_SESSION, type UprobeSite } from '../../spec/attach-point.ts'
import { toByteString } from '../../spec/byte-string.ts'
import type { Link, LoadedObject } from '../../spec/executor.ts'
import type { ObjectSpec } from '../../spec/object-spec.ts'
import { explainCost, explainExecution, explainPlacement } from '../../symbolize/uprobe-sites/words.ts'
import { attachOrSkip, type MissingProbes } from './attach-refusal.ts'
import type { ByteSink } from './script-options.ts'

/** Sites that a warning about refused ones names. */
const REFUSED_NAMED = 3
/** Sites of a probe that `-v` tells one by one. */
const SITES_NAMED = 20

/** How to attach, and where to say how it went. */
export interface AttachOptions {
  readonly verbose: boolean
  readonly err: ByteSink
  /** What to do about a probe that the kernel refuses. */
  readonly missing: MissingProbes
  /** The command of `-c`: what counts and samples is held to it. */
  readonly child?: number | undefined
}

/** Runs every program that has an attach point of the kind, in the order of declaration. */
export function runAll(object: ObjectSpec, loaded: LoadedObject, kind: 'begin' | 'end' | 'signal'): void {
  for (const program of object.programs) {
    for (const point of program.attach) if (point.kind === kind) loaded.run(program.name)
  }
}

/** What is attached in another order, or run by the session. */
const LATER: ReadonlySet<AttachPoint['kind']> = new Set(['uprobe', ...RUN_BY_SESSION])

/** A program at one of its attach points. */
export interface AttachedProbe {
  readonly program: string
  readonly point: AttachPoint
  readonly link: Link
}

/** What attaching came to. */
export interface AttachedScript {
  readonly attached: readonly AttachedProbe[]
  /** Probes that were refused, and left out as the script asks for. */
  readonly skipped: number
}

/** Attaches everything else; the loaded object owns the links. Throws for a refused probe, unless it may be missing. */
export function attachAll(object: ObjectSpec, loaded: LoadedObject, options: AttachOptions): AttachedScript {
  const pairs = object.programs.flatMap((program) => program.attach.map((point) => ({ program: program.name, point })))
  const forward = pairs.filter(({ point }) => !LATER.has(point.kind))
  const backward = pairs.filter(({ point }) => point.kind === 'uprobe').reverse()
  const attached: AttachedProbe[] = []
  let skipped = 0
  for (const { program, point } of [...forward, ...backward]) {
    const link = attachOrSkip(() => loaded.attach(program, holdToChild(point, options.child)), point, options)
    if (link === undefined) skipped++
    else {
      for (const line of describeLink(link, point, options)) options.err.write(toByteString(`${line}\n`))
      attached.push({ program, point, link })
    }
  }
  return { attached, skipped }
}

/** What the kernel opens for a process. */
const HELD: ReadonlySet<AttachPoint['kind']> = new Set(['profile', 'software', 'hardware', 'watchpoint'])

/** What is opened for a process is opened for the command, whose id was not known when the script was compiled. */
function holdToChild(point: AttachPoint, child: number | undefined): AttachPoint {
  return child !== undefined && HELD.has(point.kind) ? ({ ...point, pid: child } as AttachPoint) : point
}

function describeLink({ how, siteCount, refused = [] }: Link, point: AttachPoint, { verbose }: AttachOptions): readonly string[] {
  const lines = verbose ? [`attached ${describePoint(point)} by ${how}: ${siteCount === 1 ? '1 site' : `${siteCount} sites`}`] : []
  if (verbose && point.kind === 'uprobe') lines.push(...describeSites(point.sites))
  if (refused.length === 0) return lines
  const named = refused.slice(0, REFUSED_NAMED).map(({ symbol, reason }) => `${symbol} (${reason})`)
  const more = refused.length > REFUSED_NAMED ? ` and ${refused.length - REFUSED_NAMED} more` : ''
  return [...lines, `WARNING: ${describePoint(point)}: left out: ${named.join(', ')}${more}`]
}

/** What the planner decided for each site. */
function describeSites(sites: readonly UprobeSite[]): readonly string[] {
  const lines = sites
    .slice(0, SITES_NAMED)
    .map(
      (site) =>
        `  ${site.symbol} at 0x${site.address.toString(16)}: ${explainPlacement(site)}; ${explainExecution(site)}, ${explainCost(site)}`,
    )
  return sites.length > SITES_NAMED ? [...lines, `  and ${sites.length - SITES_NAMED} more (borescope plan shows them all)`] : lines
}

const RETURNS: ReadonlySet<Placement> = new Set(['return', 'return-instruction', 'tail-jump'])

/** The kind of probe and the file, as in a script. */
export function describePoint(point: AttachPoint): string {
  if (point.kind === 'uprobe')
    return `${point.sites.some(({ placement }) => RETURNS.has(placement)) ? 'uretprobe' : 'uprobe'}:${point.path}`
  if (point.kind === 'tracepoint') return `tracepoint:${point.category}:${point.event}`
  if (point.kind === 'raw_tracepoint') return `rawtracepoint:${point.module}:${point.event}`
  return 'name' in point && point.kind !== 'test' ? point.name : point.kind
}
