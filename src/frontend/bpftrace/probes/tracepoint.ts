/**
 * `tracepoint`: events of the kernel. A pattern becomes one program per event when the body reads `args`, whose fields
 * differ from event to event.
 */
import { isGlob } from '../../../base/glob.ts'
import type { AttachPointNode } from '../script-ast.ts'
import { type Expansion, type ProbeKind, type ProbePlace, reportMissing } from './probe-kind.ts'

/** `tracepoint:category:event`. */
export const TRACEPOINT: ProbeKind = {
  provider: 'tracepoint',
  spellings: ['tracepoint', 't'],
  expand(point, expansion) {
    const names = readNames(point)
    if (names === undefined) {
      expansion.report.error({
        code: 'bad-attach-point',
        span: point.span,
        message: 'tracepoint probe must have a category and an event: tracepoint:CATEGORY:EVENT',
      })
      return []
    }
    const found = expansion.typeSource.findTracepoints(names.category, names.event)
    if (found.length === 0) reportMissing(expansion, missing(point, names, expansion))
    return found.map(([category, event]) => place(category, event, expansion))
  },
}

function readNames(point: AttachPointNode): { category: string; event: string } | undefined {
  const [, category, event, ...rest] = point.parts.map((part) => part.text)
  if (category === undefined || category === '' || rest.length > 0) return undefined
  if (event !== undefined && event !== '') return { category, event }
  return isGlob(category) ? { category: '*', event: category } : undefined
}

function missing(point: AttachPointNode, { category, event }: { category: string; event: string }, { typeSource }: Expansion) {
  const name = `${category}:${event}`
  if (isGlob(name)) return { span: point.span, message: `No matches for tracepoint ${name}` }
  const near = typeSource.findTracepoints('*', `*${event}*`).slice(0, 3)
  const hint = near.length === 0 ? undefined : `did you mean ${near.map((pair) => pair.join(':')).join(', ')}?`
  return { span: point.span, message: `tracepoint not found: ${name}`, hint }
}

function place(category: string, event: string, { typeSource, names }: Expansion): ProbePlace {
  const probeName = `tracepoint:${category}:${event}`
  const format = names.has('args') ? typeSource.findTracepointFormat(category, event) : undefined
  return {
    attach: { kind: 'tracepoint', category, event },
    context: {
      provider: 'tracepoint',
      programType: 'tracepoint',
      space: category === 'syscalls' ? 'user' : 'kernel',
      probeName,
      ...(format === undefined ? {} : { tracepoint: format }),
    },
    shareKey: names.has('args') || names.has('probe') ? probeName : `tracepoint ${category === 'syscalls'}`,
    count: 1,
  }
}
