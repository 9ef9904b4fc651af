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
      if (rest.every((part) => part.text === '*')) return [place]
      report.error({ code: 'bad-attach-point', span: point.span, message: `${provider} probe must not have arguments` })
      return []
    },
  }
}
