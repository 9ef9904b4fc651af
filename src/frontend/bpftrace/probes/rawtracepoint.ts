/**
 * `rawtracepoint`: tracepoints with what they are called with, which BTF has the types of.
 */
import { nearestNames } from '../../../base/nearest-names.ts'
import type { KernelTypes, RawTracepoint } from '../../../spec/type-source.ts'
import type { AttachPointNode } from '../script-ast.ts'
import { type Expansion, type ProbeKind, type ProbePlace, reportMissing } from './probe-kind.ts'

/** `rawtracepoint:event` or `rawtracepoint:module:event`; the kernel itself is the module `vmlinux`. */
export const RAWTRACEPOINT: ProbeKind = { provider: 'rawtracepoint', spellings: ['rawtracepoint', 'rt'], expand }

function expand({ parts, span }: AttachPointNode, expansion: Expansion): readonly ProbePlace[] {
  const { report, typeSource } = expansion
  const words = parts.slice(1).map(({ text }) => text)
  const fail = (message: string) => {
    report.error({ code: 'bad-attach-point', span, message })
    return []
  }
  const [event, module] = words.toReversed()
  if (words.length > 2) return fail(`rawtracepoint probe type requires 2 or 1 arguments, found ${words.length}`)
  if (event === undefined || event === '') return fail('rawtracepoint should be attached to a function')
  const types = typeSource.kernelTypes?.()
  if (types === undefined) return fail('rawtracepoint needs the types of the kernel (/sys/kernel/btf/vmlinux), which it does not describe')
  const found = types.findRawTracepoints(module || '*', event)
  if (found.length === 0) {
    const message = `No matches for rawtracepoint ${[...(module ? [module] : []), event].join(':')}.`
    reportMissing(expansion, { span, message, hint: hintFor(event, types) })
  }
  return found.map((one) => placeOf(one, expansion))
}

function hintFor(event: string, types: KernelTypes): string | undefined {
  const [elsewhere] = types.findRawTracepoints('*', event)
  if (elsewhere !== undefined) return `${event} is in ${elsewhere.module}`
  const near = nearestNames(event, new Set(types.findRawTracepoints('*', '*').map((one) => one.event)))
  return near.length === 0 ? undefined : `did you mean ${near.join(', ')}?`
}

function placeOf({ module, event, parameters }: RawTracepoint, { names }: Expansion): ProbePlace {
  const probeName = `rawtracepoint:${module}:${event}`
  return {
    attach: { kind: 'raw_tracepoint', module, event },
    context: { provider: 'rawtracepoint', programType: 'raw_tracepoint', space: 'kernel', probeName, parameters: parameters() },
    shareKey: names.has('args') || names.has('probe') ? probeName : 'rawtracepoint',
    count: 1,
  }
}
