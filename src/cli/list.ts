/**
 * `borescope -l PATTERN`: the probes that exist, one full name a line, sorted, with `-v` what their programs can read; types of the kernel;
 * and the probes that a script would attach.
 */
import { statSync } from 'node:fs'
import { UsageError } from '../base/errors.ts'
import { compileGlob } from '../base/glob.ts'
import { iteratedKinds } from '../frontend/bpftrace/probes/iter.ts'
import { HARDWARE_COUNTERS, type PerfCounter, SOFTWARE_COUNTERS } from '../frontend/bpftrace/probes/perf-counters.ts'
import { openTypeSource } from '../session/machine-types.ts'
import { type ListedProbe, type ListRequest, listProbes, parseListPattern } from '../symbolize/list-probes.ts'
import type { OpenTypeSource } from '../symbolize/type-source.ts'
import type { CommandLineOptions } from './command-line.ts'
import { patternsOf } from './list-script.ts'
import { printText, sayMessage } from './standard-streams.ts'

/** Prints the probes that match; answers 0, or 1 when there are none. Throws `UsageError` for what cannot be listed. */
export function runList(pattern: string, options: CommandLineOptions, program?: string): number {
  const source = openTypeSource()
  try {
    const lines = linesOf(source, { pattern, program }, options)
    if (lines.length === 0 && options.verbose) sayMessage('no probe matches\n')
    printText(lines)
    return lines.length > 0 ? 0 : 1
  } finally {
    source.close()
  }
}

interface Asked {
  readonly pattern: string
  readonly program: string | undefined
}

function linesOf(source: OpenTypeSource, { pattern, program }: Asked, options: CommandLineOptions): readonly string[] {
  if (/^(?:struct|union|enum) /.test(pattern)) return typesOf(source, pattern, options)
  const script = program !== undefined ? { program } : isFile(pattern) ? { file: pattern } : undefined
  if (script === undefined) return namesOf(source, pattern, options)
  return patternsOf(script, options).flatMap((one) => namesOf(source, one, options))
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}

function namesOf(source: OpenTypeSource, pattern: string, { verbose }: CommandLineOptions): readonly string[] {
  const probes = [...fixed(pattern), ...iterators(source, pattern), ...requests(pattern).flatMap((request) => found(source, request))]
  if (probes.length === 0 && !isKnown(pattern)) throw cannotList(pattern)
  const ordered = probes.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  return ordered.flatMap(({ name, arguments: read }) => (verbose ? [name, ...(read?.() ?? []).map((line) => `    ${line}`)] : [name]))
}

/** Kinds of iterators, when they are asked for. */
function iterators(source: OpenTypeSource, pattern: string): readonly ListedProbe[] {
  const [kind = '', ...rest] = pattern.split(':')
  const types = kind === 'iter' || kind === 'it' ? source.kernelTypes?.() : undefined
  if (types === undefined) return []
  const matches = compileGlob(rest.join(':') || '*')
  return iteratedKinds(types)
    .filter(matches)
    .map((name) => ({ name: `iter:${name}` }))
}

function found(source: OpenTypeSource, request: ListRequest): readonly ListedProbe[] {
  const probes = listProbes(source, request)
  if (!('kind' in probes)) return probes
  throw new UsageError(probes.reason, probes.nearest.length === 0 ? {} : { remedy: `did you mean ${probes.nearest.join(', ')}?` })
}

/** A pattern without a kind, or with one for the kind, is looked for among all that the kernel has. */
function requests(pattern: string): readonly ListRequest[] {
  const own = parseListPattern(pattern)
  if (own !== undefined) return [own]
  const [kind = '*', ...rest] = pattern.includes(':') ? pattern.split(':') : ['*', pattern]
  const matches = compileGlob(kind)
  if (!kind.includes('*')) return []
  const behind = rest.join(':') || '*'
  return ['rawtracepoint', 'tracepoint'].filter(matches).flatMap((name) => parseListPattern(`${name}:${behind}`) ?? [])
}

/** Probes that are the same everywhere. Timers and the tracer's own are listed when they are asked for. */
function fixed(pattern: string): ListedProbe[] {
  const text = pattern.replace(/^s:/, 'software:').replace(/^h:/, 'hardware:').replace(/^i:/, 'interval:').replace(/^p:/, 'profile:')
  const matches = compileGlob(KNOWN.includes(text) ? `${text}:*` : text)
  const matchesWhole = (name: string) =>
    matches(name) || matches(name.replace(/:$/, '')) || (!text.includes(':') && matches(name.split(':')[1] ?? ''))
  const isNamed = (name: string) => text.split(':')[0] === name.split(':')[0]
  const counters = [...countersOf('software', SOFTWARE_COUNTERS), ...countersOf('hardware', HARDWARE_COUNTERS)].filter(matchesWhole)
  return [...counters, ...OWN.filter((name) => isNamed(name) && matchesWhole(name))].map((name) => ({ name }))
}

function countersOf(kind: string, counters: readonly PerfCounter[]): readonly string[] {
  return counters.flatMap(({ name, alias }) => [name, ...(alias === undefined ? [] : [alias])]).map((name) => `${kind}:${name}:`)
}

const OWN = [...['interval', 'profile'].flatMap((kind) => ['hz', 'ms', 's', 'us'].map((unit) => `${kind}:${unit}:`)), 'self:signal:SIGUSR1']
const KNOWN = ['software', 's', 'hardware', 'h', 'interval', 'i', 'profile', 'p', 'self', 'begin', 'end', 'watchpoint', 'iter']

function isKnown(pattern: string): boolean {
  const [kind = ''] = pattern.split(':')
  return kind.includes('*') || !pattern.includes(':') || KNOWN.includes(kind) || parseListPattern(pattern) !== undefined
}

function typesOf(source: OpenTypeSource, pattern: string, { verbose }: CommandLineOptions): readonly string[] {
  const types = source.kernelTypes?.()?.findDeclarations(pattern) ?? []
  return types.map((type) => (verbose ? `${type.module}: ${type.declaration()};\n` : type.name))
}

function cannotList(pattern: string): UsageError {
  return new UsageError(`cannot list ${JSON.stringify(pattern)}`, {
    remedy:
      "patterns are KIND:PART:..., with * in any part (quote them for the shell): uprobe:FILE:FUNCTION, usdt:FILE:NAME, tracepoint:CATEGORY:EVENT, rawtracepoint:EVENT, software:*, 'struct NAME'",
  })
}
