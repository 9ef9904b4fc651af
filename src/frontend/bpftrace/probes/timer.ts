/**
 * `interval` and `profile`: programs run by a timer on one CPU or on all of them.
 */
import type { Timer } from '../../../spec/attach-point.ts'
import type { AttachPointNode } from '../script-ast.ts'
import { parseNumber } from './number-part.ts'
import type { Expansion, ProbeKind, ProbePlace } from './probe-kind.ts'

const UNITS: Readonly<Record<string, bigint>> & { readonly us: bigint } = { us: 1_000n, ms: 1_000_000n, s: 1_000_000_000n }
const SHORTEST_NS = 1000n

/** `interval`: on one CPU. */
export const INTERVAL: ProbeKind = {
  provider: 'interval',
  spellings: ['interval', 'i'],
  expand: (point, expansion) => expandTimer('interval', point, expansion),
}
/** `profile`: on every CPU. */
export const PROFILE: ProbeKind = {
  provider: 'profile',
  spellings: ['profile', 'p'],
  expand: (point, expansion) => expandTimer('profile', point, expansion),
}

function expandTimer(provider: 'interval' | 'profile', point: AttachPointNode, expansion: Expansion): ProbePlace[] {
  const [, ...parts] = point.parts
  const read = readTimer(
    provider,
    parts.map((part) => part.text),
  )
  if (typeof read === 'string') {
    expansion.report.error({ code: 'bad-attach-point', span: point.span, message: read })
    return []
  }
  const probeName = `${provider}:${read.name}`
  const pid = provider === 'profile' && expansion.pid !== undefined ? { pid: expansion.pid } : {}
  return [
    {
      attach: { kind: provider, timer: read.timer, ...pid },
      context: { provider, programType: 'perf_event', space: 'none', probeName },
      shareKey: expansion.names.has('probe') ? probeName : 'timer',
      count: 1,
    },
  ]
}

/** A timer, and how bpftrace calls it: a period without a unit is one of whole microseconds. */
interface NamedTimer {
  readonly timer: Timer
  readonly name: string
}

/** The timer of `hz:99`, `s:1`, `100ms` or `5000`, or what is wrong with it. */
function readTimer(provider: string, parts: readonly string[]): NamedTimer | string {
  const [first = '', second] = parts
  if (parts.length < 1 || parts.length > 2) return `${provider} probe type requires 1 or 2 arguments, found ${parts.length}`
  const value = parseNumber(second ?? first)
  if (typeof value === 'string') return `Invalid rate of ${provider} probe: ${value}`
  if (second !== undefined && first !== 'hz' && !Object.hasOwn(UNITS, first)) return `${first} is not an accepted unit of time`
  if (value <= 0n) return `${provider} frequency should be a positive integer`
  if (second !== undefined && first === 'hz') return { timer: { frequencyHz: value }, name: `hz:${value}` }
  const periodNs = second === undefined ? value : value * (UNITS[first] ?? 1n)
  if (periodNs < SHORTEST_NS) return `Invalid rate of ${provider} probe. Minimum is ${SHORTEST_NS} or 1us. Found: ${periodNs} nanoseconds`
  return { timer: { periodNs }, name: second === undefined ? `us:${periodNs / UNITS.us}` : `${first}:${value}` }
}
