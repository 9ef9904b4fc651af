/**
 * Answers which static probes of a file a request selects, and where they are.
 */
import { compileGlob, isGlob } from '../../base/glob.ts'
import { nearestNames } from '../../base/nearest-names.ts'
import { toFileOffset } from '../../format/elf/segments.ts'
import { readUsdtNotes, type UsdtNote } from '../../format/elf/usdt-notes.ts'
import type { UprobeSite } from '../../spec/attach-point.ts'
import type { Miss, UsdtProbe, UsdtRequest } from '../../spec/type-source.ts'
import type { Executable } from '../executable.ts'
import { findAddressSymbol } from '../other-symbols.ts'
import { type PlanRequest, planSites } from '../uprobe-sites/plan-sites.ts'
import { miss } from '../uprobe-target.ts'
import { parseUsdtArguments } from './operands.ts'

/** Names of the static probes of a file that a request selects, sorted, each once. */
export function selectUsdt(executable: Executable, { provider, name }: UsdtRequest): readonly UsdtNote[] {
  const [isProvider, isName] = [compileGlob(provider), compileGlob(name)]
  return readUsdtNotes(executable.elf).filter((note) => isProvider(note.provider) && isName(note.name))
}

/** The static probes that a request selects in a file. Throws `FormatError`. */
export function findUsdt(
  executable: Executable,
  request: UsdtRequest,
  plan: Pick<PlanRequest, 'targetIndex' | 'kernel'>,
): readonly UsdtProbe[] | Miss {
  const groups = new Map<string, { readonly note: UsdtNote; readonly sites: UprobeSite[] }>()
  for (const note of selectUsdt(executable, request)) {
    const key = `${note.provider}:${note.name}:${note.arguments}`
    const group = groups.get(key) ?? { note, sites: [] }
    groups.set(key, group)
    group.sites.push(...sitesOf(executable, note, plan))
  }
  const found = [...groups.values()].filter(({ sites }) => sites.length > 0)
  if (found.length === 0) return explain(executable, request)
  const findSymbol = (symbol: string) => findAddressSymbol(executable.elf, symbol)?.address
  const probes = found.map(({ note, sites }) => ({
    path: executable.path,
    provider: note.provider,
    name: note.name,
    positionIndependent: executable.positionIndependent,
    sites,
    arguments: parseUsdtArguments(note.arguments, findSymbol),
  }))
  return probes.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : 0))
}

function sitesOf(executable: Executable, note: UsdtNote, plan: Pick<PlanRequest, 'targetIndex' | 'kernel'>): readonly UprobeSite[] {
  const symbol = { name: nameOf(note), address: note.address, size: 0 }
  const { sites } = planSites(executable, [symbol], { ...plan, return: false, offset: 0n, readsResult: false, walksStack: false })
  const semaphore = note.semaphore === undefined ? undefined : toFileOffset(executable.elf.segments, note.semaphore)
  return sites.map((site) => ({ ...site, ...(semaphore === undefined ? {} : { semaphore }) }))
}

function nameOf({ provider, name }: Pick<UsdtNote, 'provider' | 'name'>): string {
  return `${provider}:${name}`
}

function explain(executable: Executable, { provider, name }: UsdtRequest): Miss {
  const all = readUsdtNotes(executable.elf)
  const { path } = executable
  if (all.length === 0) return miss(`No matches for usdt ${path}:${name}. The file has no static probes.`)
  const wanted = provider === '*' ? name : `${provider}:${name}`
  const known = new Set(all.map((note) => (provider === '*' ? note.name : nameOf(note))))
  return miss(`No matches for usdt ${path}:${name}.`, isGlob(wanted) ? [] : nearestNames(wanted, known))
}
