/**
 * `interval` and `profile`: programs run by a timer on one CPU or on all of them.
 */
import type { Timer } from '../../../spec/attach-point.ts'
import type { AttachPointNode } from '../ast.ts'
import { parseIntegerLiteral } from '../integer-literal.ts'
import type { Expansion, ProbeKind, ProbePlace } from './probe-kind.ts'

const UNITS: Readonly<Record<string, bigint>> = { ns: 1n, us: 1_000n, ms: 1_000_000n, s: 1_000_000_000n }
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
  const timer = parseTimer(parts.map((part) => part.text))
  if (typeof timer === 'string') {
    expansion.report.error({ code: 'bad-attach-point', span: point.span, message: `${provider} probe: ${timer}` })
    return []
  }
  const probeName = [provider, ...parts.map((part) => part.text)].join(':')
  const pid = provider === 'profile' && expansion.pid !== undefined ? { pid: expansion.pid } : {}
  return [
    {
      attach: { kind: provider, timer, ...pid },
      context: { provider, programType: 'perf_event', space: 'none', probeName },
      shareKey: expansion.names.has('probe') ? probeName : 'timer',
      count: 1,
    },
  ]
}

/** The timer of `hz:99`, `s:1`, `100ms` or `5000`, or what is wrong with it. */
function parseTimer(parts: readonly string[]): Timer | string {
  const [first = '', second] = parts
  if (parts.length === 0 || parts.length > 2) return 'expected a period, such as s:1 or 100ms, or hz:99'
  const value = parseIntegerLiteral(second ?? first)
  if ('problem' in value || !/^\d/.test(second ?? first)) return `${second ?? first} is not a positive number`
  if (value.value <= 0n) return 'the period must be greater than 0'
  if (second !== undefined && first === 'hz') return { frequencyHz: value.value }
  const unit = second === undefined ? 1n : UNITS[first]
  if (unit === undefined) return `${first} is not an accepted unit (one of hz, s, ms, us, ns)`
  const periodNs = value.value * unit
  return periodNs < SHORTEST_NS ? `the period must be at least ${SHORTEST_NS} ns` : { periodNs }
}
