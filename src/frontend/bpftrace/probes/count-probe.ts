/**
 * `software` and `hardware`: programs run each time that a counter of the kernel or of the processor has counted so many events.
 */
import { isGlob } from '../../../base/glob.ts'
import { nearestNames } from '../../../base/nearest-names.ts'
import type { AttachPointNode } from '../script-ast.ts'
import { parseNumber } from './number-part.ts'
import { HARDWARE_COUNTERS, type PerfCounter, SOFTWARE_COUNTERS } from './perf-counters.ts'
import type { Expansion, ProbeKind, ProbePlace } from './probe-kind.ts'

type Provider = 'software' | 'hardware'

const COUNTERS: Readonly<Record<Provider, readonly PerfCounter[]>> = { software: SOFTWARE_COUNTERS, hardware: HARDWARE_COUNTERS }

/** `software:EVENT[:COUNT]`. */
export const SOFTWARE: ProbeKind = { provider: 'software', spellings: ['software', 's'], expand: expandWith('software') }
/** `hardware:EVENT[:COUNT]`. */
export const HARDWARE: ProbeKind = { provider: 'hardware', spellings: ['hardware', 'h'], expand: expandWith('hardware') }

function expandWith(provider: Provider): ProbeKind['expand'] {
  return (point, expansion) => {
    const read = readPoint(provider, point)
    if (!('mistake' in read)) return [place({ provider, ...read }, expansion)]
    expansion.report.error({ code: 'bad-attach-point', span: point.span, message: read.mistake, hint: read.hint })
    return []
  }
}

interface CountPoint {
  readonly counter: PerfCounter
  /** As it is written. */
  readonly event: string
  /** 0 for the counter's own. */
  readonly count: bigint
}

function readPoint(provider: Provider, point: AttachPointNode): CountPoint | { mistake: string; hint?: string | undefined } {
  const [, ...parts] = point.parts
  const [event = '', count] = parts.map(({ text }) => text)
  if (isGlob(event)) return { mistake: `wildcards are not allowed for ${provider} probe type` }
  if (parts.length < 1 || parts.length > 2) return { mistake: `${provider} probe type requires 1 or 2 arguments, found ${parts.length}` }
  const counter = COUNTERS[provider].find(({ name, alias }) => event === name || event === alias)
  if (counter === undefined) {
    const near = nearestNames(
      event,
      COUNTERS[provider].flatMap(({ name, alias = name }) => [name, alias]),
    )
    const hint = near.length === 0 ? COUNTERS[provider].map(({ name }) => name).join(', ') : `did you mean ${near.join(', ')}?`
    return { mistake: `${event} is not a ${provider} probe`, hint }
  }
  if (count === undefined) return { counter, event, count: 0n }
  const number = parseNumber(count)
  if (typeof number === 'string') return { mistake: `Invalid count for ${provider} probe: ${number}` }
  if (BigInt.asIntN(64, number) < 0n) return { mistake: `${provider} count should be a positive integer` }
  return { counter, event, count: number }
}

function place({ provider, counter, event, count }: CountPoint & { readonly provider: Provider }, expansion: Expansion): ProbePlace {
  const name = count === 0n ? `${provider}:${event}` : `${provider}:${event}:${count}`
  const pid = expansion.pid === undefined ? {} : { pid: expansion.pid }
  return {
    attach: { kind: provider, name, config: counter.config, period: count === 0n ? counter.count : count, ...pid },
    context: { provider, programType: 'perf_event', space: 'none', probeName: name },
    shareKey: expansion.names.has('probe') ? name : provider,
    count: 1,
  }
}
