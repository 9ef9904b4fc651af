/**
 * `self:signal:SIGUSR1`: programs that the session runs each time that it gets the signal.
 */
import type { AttachPointNode } from '../script-ast.ts'
import type { ProbeKind } from './probe-kind.ts'

const SIGNAL = 'SIGUSR1'

/** `self`. */
export const SELF: ProbeKind = {
  provider: 'self',
  spellings: ['self'],
  expand(point, { report }) {
    const message = mistakeOf(point)
    if (message !== undefined) report.error({ code: 'bad-attach-point', span: point.span, message })
    if (message !== undefined) return []
    const context = { provider: 'self', programType: 'raw_tracepoint', space: 'none', probeName: `self:signal:${SIGNAL}` } as const
    return [{ attach: { kind: 'signal', signal: SIGNAL }, context, shareKey: 'self', count: 1 }]
  },
}

function mistakeOf({ parts }: AttachPointNode): string | undefined {
  const [, ...texts] = parts.map(({ text }) => text)
  const [trigger, name] = texts
  if (texts.length !== 2) return `self probe type requires 2 arguments, found ${texts.length}`
  if (trigger !== 'signal') return `${trigger} is not a supported trigger`
  return name === SIGNAL ? undefined : `${name} is not a supported signal`
}
