/**
 * `begin` and `end`: programs that the session runs once, before anything is attached and after all is detached.
 */
import type { ProbeKind, ProbePlace } from './probe-kind.ts'

/** `begin`: runs before anything is attached. */
export const BEGIN = special('begin')
/** `end`: runs when all is detached. */
export const END = special('end')

function special(provider: 'begin' | 'end'): ProbeKind {
  const place: ProbePlace = {
    attach: { kind: provider },
    context: { provider, programType: 'raw_tracepoint', space: 'none', probeName: provider },
    shareKey: provider,
    count: 1,
  }
  return {
    provider,
    spellings: [provider],
    expand(point, { report }) {
      const [, ...rest] = point.parts
      if (rest.length === 0 || (rest.length === 1 && rest[0]?.text === '*')) return [place]
      const message = `${provider} probe type requires 0 arguments, found ${rest.length}`
      report.error({ code: 'bad-attach-point', span: point.span, message })
      return []
    },
  }
}
