/**
 * Expands the probes of a script to program units: one per program that will be compiled. Attach points that may share
 * their code share a unit.
 */
import type { AttachPoint } from '../../../spec/attach-point.ts'
import { namesUsed } from '../ast-walk.ts'
import { groupBy } from '../group-by.ts'
import type { AttachPointNode, ProbeBlock, Script } from '../script-ast.ts'
import type { Expansion, ProbeContext, ProbePlace } from './probe-kind.ts'
import { findProbeKind, PROVIDERS } from './probe-kinds.ts'

/** One program to be: a probe's body in one context. */
export interface ProgramUnit {
  /** Unique in the script. */
  readonly name: string
  readonly block: ProbeBlock
  readonly context: ProbeContext
  readonly attach: readonly AttachPoint[]
}

/** The units of a script, and how many probes they are as bpftrace counts them. */
export interface ExpandedScript {
  readonly units: readonly ProgramUnit[]
  readonly probeCount: number
}

/** Expands all probes of a script, in order. */
export function expandScript(script: Script, options: Omit<Expansion, 'names' | 'tests'>): ExpandedScript {
  const units: ProgramUnit[] = []
  const tests = new Set<string>()
  let probeCount = 0
  for (const block of script.probes) {
    const expansion = { ...options, tests, names: namesUsed(block) }
    const places = block.attachPoints.flatMap((point) => expandPoint(point, expansion))
    probeCount += places.reduce((sum, place) => sum + place.count, 0)
    for (const group of groupBy(places, (place) => place.shareKey).values()) units.push(makeUnit(block, group, units.length))
  }
  return { units, probeCount }
}

function expandPoint(point: AttachPointNode, expansion: Expansion): readonly ProbePlace[] {
  const provider = point.parts[0]
  const kind = findProbeKind(provider?.text ?? '')
  if (kind === undefined && provider?.text.includes('*') === true) {
    expansion.report.notSupported(provider.span, 'a wildcard in the type of a probe')
    return []
  }
  if (kind === undefined) {
    expansion.report.error({
      code: 'unknown-provider',
      span: point.span,
      message: `Invalid probe type: ${provider?.text ?? ''}`,
      hint: `probe types: ${PROVIDERS.join(', ')}`,
    })
    return []
  }
  if ('notYet' in kind) {
    expansion.report.notSupported(provider?.span ?? point.span, `the probe type '${kind.notYet}'`, `probe types: ${PROVIDERS.join(', ')}`)
    return []
  }
  return kind.expand(point, expansion)
}

function makeUnit(block: ProbeBlock, places: readonly ProbePlace[], index: number): ProgramUnit {
  const context = mergeContexts(places.map((place) => place.context))
  return { name: `${context.provider}_${index + 1}`, block, context, attach: places.map((place) => place.attach) }
}

function mergeContexts(contexts: readonly ProbeContext[]): ProbeContext {
  const [first] = contexts as readonly [ProbeContext]
  if (first.uprobe === undefined) return first
  const sites = contexts.flatMap((context) => context.uprobe?.sites ?? [])
  return { ...first, uprobe: { ...first.uprobe, sites } }
}
