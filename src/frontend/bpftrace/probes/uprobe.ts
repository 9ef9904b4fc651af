/**
 * `uprobe` and `uretprobe`: functions of user-space programs. Names, patterns and placement are resolved by the
 * `TypeSource`; what must not be probed is left out and said.
 */
import type { Span } from '../../../base/source-text.ts'
import { pagesIntoFunction, type UprobeSite } from '../../../spec/attach-point.ts'
import { toByteString } from '../../../spec/byte-string.ts'
import type { RefusedSite, UprobeRequest, UprobeTarget } from '../../../spec/type-source.ts'
import { groupBy } from '../group-by.ts'
import { parseIntegerLiteral } from '../integer-literal.ts'
import type { AttachPointNode, AttachPointPart } from '../script-ast.ts'
import { type Expansion, type ProbeKind, type ProbePlace, reportMissing } from './probe-kind.ts'

type Provider = 'uprobe' | 'uretprobe'

/** Refused sites that a warning names one by one; more are counted. */
const REFUSED_NAMED = 5

/** `uprobe:file:function`. */
export const UPROBE: ProbeKind = { provider: 'uprobe', spellings: ['uprobe', 'u'], inExecutable: true, expand: expandWith('uprobe') }
/** `uretprobe:file:function`; on Go programs attached to the instructions by which the function is left. */
export const URETPROBE: ProbeKind = {
  provider: 'uretprobe',
  spellings: ['uretprobe', 'ur'],
  inExecutable: true,
  expand: expandWith('uretprobe'),
}

function expandWith(provider: Provider): ProbeKind['expand'] {
  return (point, expansion) => {
    const request = readRequest(provider, point, expansion)
    if (request === undefined) return []
    const found = expansion.typeSource.findUprobeTarget(request)
    if ('kind' in found) {
      reportMiss(point, found, expansion)
      return []
    }
    reportRefused(point.span, found, expansion)
    return placesOf({ provider, target: found, language: request.language }, expansion)
  }
}

function readRequest(provider: Provider, point: AttachPointNode, expansion: Expansion): UprobeRequest | undefined {
  const [, target, first, second, ...rest] = point.parts
  const fail = (message: string, hint?: string) => {
    expansion.report.error({ code: 'bad-attach-point', span: point.span, message, hint })
    return undefined
  }
  if (target !== undefined && isSourceLine(target, first)) {
    expansion.report.notSupported(target.span, 'a probe on a source line')
    return undefined
  }
  if (target === undefined || first === undefined || rest.length > 0) {
    return fail(
      `${provider} probe type requires 2 or 3 arguments, found ${point.parts.length - 1}`,
      `write ${provider}:PATH:FUNCTION; quote a name that holds ':'`,
    )
  }
  if (second !== undefined && first.text !== 'cpp')
    return fail(`unsupported language type: ${first.text}`, "only 'cpp' may stand before the function")
  const { names, pid } = expansion
  if (target.text === '' && pid === undefined)
    return fail(`${provider} should have a target`, 'name the program or library, or a process that runs it with -p PID')
  return {
    target: target.text === '' ? `/proc/${pid}/exe` : target.text,
    return: provider === 'uretprobe',
    readsResult: names.has('retval'),
    walksStack: names.has('ustack') || names.has('dw_ustack'),
    ...(pid === undefined ? {} : { pid }),
    ...(second === undefined ? readFunction(first) : { ...readFunction(second), language: 'cpp' as const }),
  }
}

/** `FILE@SOURCE:LINE`. A path may hold an `@` as well (npm's folders do): only a line number behind it makes the difference. */
function isSourceLine(target: AttachPointPart, first: AttachPointPart | undefined): boolean {
  return target.text.includes('@') && first !== undefined && /^\d+$/.test(first.text)
}

/** `function`, `function+offset`, or an address. */
function readFunction(part: AttachPointPart): { function?: string; offset?: bigint; address?: bigint } {
  if (/^\d/.test(part.text)) {
    const address = parseIntegerLiteral(part.text)
    if ('value' in address) return { address: address.value }
  }
  const plus = /^(.+)\+([0-9][0-9a-zA-Z_]*)$/.exec(part.text)
  const offset = plus === null ? undefined : parseIntegerLiteral(plus[2] ?? '')
  if (plus === null || offset === undefined || 'problem' in offset) return { function: part.text }
  return { function: plus[1] ?? '', offset: offset.value }
}

function reportMiss(point: AttachPointNode, miss: { reason: string; nearest: readonly string[] }, expansion: Expansion): void {
  const hint = miss.nearest.length === 0 ? undefined : `did you mean ${miss.nearest.join(', ')}?`
  reportMissing(expansion, { span: point.span, message: miss.reason, hint })
}

function reportRefused(span: Span, target: UprobeTarget, expansion: Expansion): void {
  const { refused } = target
  if (refused.length === 0) return
  const named = refused.slice(0, REFUSED_NAMED).map((site: RefusedSite) => `${site.symbol} (${site.reason})`)
  const more = refused.length > REFUSED_NAMED ? ` and ${refused.length - REFUSED_NAMED} more` : ''
  const sites = `${named.join(', ')}${more}`
  const complaint = { code: 'site-refused', span }
  if (target.sites.length > 0) expansion.report.warning({ ...complaint, message: `left out, since they cannot be probed: ${sites}` })
  else expansion.report.error({ ...complaint, message: `nothing to attach to, since it cannot be probed: ${sites}` })
}

/** What a probe selects, and how the user has written it. */
interface FoundTarget {
  readonly provider: Provider
  readonly target: UprobeTarget
  readonly language: UprobeRequest['language'] | undefined
}

/** One place for all sites, or one per function where the program depends on it, or one per site where arguments are. */
function placesOf(found: FoundTarget, expansion: Expansion): ProbePlace[] {
  const { provider, target } = found
  const { names } = expansion
  const usesSlide = target.positionIndependent && names.has('uaddr')
  const keyOf = (site: UprobeSite) =>
    [
      names.has('probe') ? site.symbol : '',
      names.has('args') ? String(site.address) : '',
      readsResults(provider, target, expansion) ? String(site.cookie) : '',
      placementOf(site),
      usesSlide ? pagesIntoFunction(site) : '',
    ].join(' ')
  return [...groupBy(target.sites, keyOf).values()].map((sites) => place({ ...found, sites }, expansion))
}

/** Results have types where the function is named; of all that a pattern selects, `retval` is the register, as it is in C. */
function readsResults(provider: Provider, { isGo, byPattern }: UprobeTarget, { names }: Expansion): boolean {
  return provider === 'uretprobe' && isGo && byPattern !== true && names.has('retval')
}

/** Sites on a stack check's branch need a filter that the others must not have. */
function placementOf(site: UprobeSite): string {
  return site.placement === 'stack-check-branch' ? ' branch' : ''
}

function place(of: FoundTarget & { readonly sites: readonly UprobeSite[] }, expansion: Expansion): ProbePlace {
  const { provider, target, language, sites } = of
  const { path, isGo, positionIndependent } = target
  const probeName = toByteString(`${provider}:${path}:${language === undefined ? '' : `${language}:`}${sites[0]?.symbol ?? ''}`)
  const byTrampoline = sites[0]?.placement === 'return'
  const pid = expansion.pid === undefined ? {} : { pid: expansion.pid }
  const { debugTypes } = expansion.typeSource
  const [first] = sites
  const asked = first !== undefined && expansion.names.has('args') && provider === 'uprobe'
  const found = asked ? debugTypes?.findArguments(path, first) : undefined
  const results = first !== undefined && readsResults(provider, target, expansion) ? debugTypes?.findResults(path, first) : undefined
  return {
    attach: { kind: 'uprobe', path, sites, return: byTrampoline, ...pid },
    context: {
      provider,
      programType: 'kprobe',
      space: 'user',
      probeName,
      uprobe: {
        path,
        isGo,
        positionIndependent,
        return: byTrampoline,
        sites,
        ...(target.go === undefined ? {} : { go: target.go }),
        ...(found === undefined ? {} : { arguments: found }),
        ...(results === undefined ? {} : { results }),
      },
    },
    shareKey: shareKey(of, expansion, probeName),
    count: countFunctions(sites),
  }
}

/** A probe is one function's, at however many instructions it is left. */
function countFunctions(sites: readonly UprobeSite[]): number {
  return new Set(sites.map(({ cookie }) => cookie)).size
}

function shareKey({ provider, target, sites }: Parameters<typeof place>[0], expansion: Expansion, probeName: string): string {
  const { names } = expansion
  const [first] = sites
  const key = [provider, target.isGo ? 'go' : '', first === undefined ? '' : placementOf(first)]
  if (names.has('uaddr')) key.push(target.path, first === undefined ? '' : String(pagesIntoFunction(first)))
  if (names.has('probe')) key.push(probeName)
  if (names.has('args')) key.push(target.path, String(first?.address))
  if (readsResults(provider, target, expansion)) key.push(target.path, String(first?.cookie))
  return key.join(' ')
}
