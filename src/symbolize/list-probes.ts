/**
 * What `-l PATTERN` prints: probes that exist, by their full names, sorted byte by byte as bpftrace does.
 */
import type { Miss, NamedMember } from '../spec/type-source.ts'
import { nameOf } from '../spec/types/type.ts'
import { demangle } from './demangle/demangle.ts'
import type { Executable } from './executable.ts'
import type { OpenTypeSource } from './type-source.ts'
import { selectFunctions } from './uprobe-target.ts'
import { selectUsdt } from './usdt/find-usdt.ts'

/** A probe, and what its program can read. */
export interface ListedProbe {
  readonly name: string
  /** Lines of C declarations, without indentation; asked for by `-v`. */
  readonly arguments?: () => readonly string[]
}

/** What to list, as the parts of an attach point; a missing part stands for `*`. */
export type ListRequest =
  | { readonly kind: 'uprobe' | 'uretprobe'; readonly target: string; readonly function?: string; readonly language?: 'cpp' }
  | { readonly kind: 'usdt'; readonly target: string; readonly provider?: string; readonly name?: string }
  | { readonly kind: 'rawtracepoint'; readonly module: string; readonly event: string }
  | { readonly kind: 'tracepoint'; readonly category?: string; readonly event?: string }

/** Full probe names, sorted; a `Miss` when there are none and something can be said about it. */
export function listProbes(source: OpenTypeSource, request: ListRequest): readonly ListedProbe[] | Miss {
  if (request.kind === 'tracepoint') {
    const found = source.findTracepoints(request.category ?? '*', request.event ?? '*')
    return sorted(
      found.map(([category, event]) => ({ name: `tracepoint:${category}:${event}`, arguments: () => fieldsOf(source, category, event) })),
    )
  }
  if (request.kind === 'rawtracepoint') {
    const found = source.kernelTypes?.()?.findRawTracepoints(request.module, request.event) ?? []
    return sorted(
      found.map(({ module, event, parameters }) => ({
        name: `rawtracepoint:${module}:${event}`,
        arguments: () => parameters().map(declared),
      })),
    )
  }
  const executable = source.openExecutable(request.target)
  if ('kind' in executable) return executable
  if (request.kind === 'usdt') return listUsdt(executable, request)
  const { kind, target, function: pattern = '*', language } = request
  const selected = selectFunctions(executable, {
    target,
    function: pattern,
    return: false,
    ...(language === undefined ? {} : { language }),
  })
  if ('kind' in selected) return selected
  const names = selected.functions.map(({ name }) => (language === undefined ? name : `${language}:"${demangle(name)}"`))
  return [...new Set(names)]
    .map((name) => `${kind}:${executable.path}:${name}`)
    .sort()
    .map((name) => ({ name }))
}

function sorted(probes: readonly ListedProbe[]): readonly ListedProbe[] {
  return [...probes].sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Fields of a tracepoint behind those that all have. */
function fieldsOf(source: OpenTypeSource, category: string, event: string): readonly string[] {
  const fields = source.findTracepointFormat(category, event)?.fields ?? []
  return fields
    .filter(({ offset }) => offset >= COMMON_SIZE)
    .map(({ type, name }) => {
      const [, base = type, bounds = ''] = /^(.*?)(\[.*\])?$/.exec(type) ?? []
      return `${base} ${name}${bounds}`
    })
}

/** Bytes of a tracepoint's record that are the same in all. */
const COMMON_SIZE = 8

function declared({ name, type }: NamedMember): string {
  return typeof type === 'string' ? name : `${nameOf(type)} ${name}`
}

function listUsdt(
  executable: Executable,
  { target, provider = '*', name = '*' }: Extract<ListRequest, { kind: 'usdt' }>,
): readonly ListedProbe[] {
  const found = selectUsdt(executable, { target, provider, name })
  return [...new Set(found.map((note) => `usdt:${executable.path}:${note.provider}:${note.name}`))].sort().map((name) => ({ name }))
}

/** Reads a `-l` pattern such as `uprobe:/bin/bash:read*`; undefined for kinds that are not listed here. */
export function parseListPattern(pattern: string): ListRequest | undefined {
  const [word = '', first, ...rest] = pattern.split(':')
  const kind = KINDS.get(word)
  const inSource = kind !== 'tracepoint' && rest.length > 1 && rest[0] === 'cpp'
  const parts = inSource ? rest.slice(1) : rest
  const last = parts.length === 0 ? undefined : parts.join(':').replace(/^"(.*)"$/s, '$1')
  if (kind === 'tracepoint') return tracepointRequest(first, last)
  if (kind === 'rawtracepoint') return { kind, module: last === undefined ? '*' : first || '*', event: (last ?? first) || '*' }
  if (kind === 'usdt' && first !== undefined) return usdtRequest(first, rest)
  if (kind === undefined || kind === 'usdt' || first === undefined) return undefined
  return { kind, target: first, ...(last === undefined ? {} : { function: last }), ...(inSource ? { language: 'cpp' as const } : {}) }
}

const KINDS: ReadonlyMap<string, ListRequest['kind']> = new Map([
  ['uprobe', 'uprobe'],
  ['u', 'uprobe'],
  ['uretprobe', 'uretprobe'],
  ['ur', 'uretprobe'],
  ['tracepoint', 'tracepoint'],
  ['t', 'tracepoint'],
  ['rawtracepoint', 'rawtracepoint'],
  ['rt', 'rawtracepoint'],
  ['usdt', 'usdt'],
  ['U', 'usdt'],
])

/** With one part behind the file, it is the name of the probe. */
function usdtRequest(target: string, [first, second]: readonly string[]): ListRequest {
  if (second !== undefined)
    return { kind: 'usdt', target, ...(first === '' || first === undefined ? {} : { provider: first }), name: second }
  return { kind: 'usdt', target, ...(first === undefined ? {} : { name: first }) }
}

/** With one part only, it is the event's: `t:*open*` is `t:*:*open*`. */
function tracepointRequest(first: string | undefined, last: string | undefined): ListRequest {
  const [category, event] = last === undefined ? ['*', first] : [first, last]
  return { kind: 'tracepoint', category: category || '*', event: event || '*' }
}
