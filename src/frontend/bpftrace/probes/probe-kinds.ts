/**
 * The table of probe kinds: those that are compiled, and the names of those that are not yet.
 */
import type { Script } from '../script-ast.ts'
import { HARDWARE, SOFTWARE } from './count-probe.ts'
import { ITER } from './iter.ts'
import type { ProbeKind } from './probe-kind.ts'
import { RAWTRACEPOINT } from './rawtracepoint.ts'
import { SELF } from './self.ts'
import { BEGIN, END } from './special.ts'
import { TEST } from './test-probe.ts'
import { INTERVAL, PROFILE } from './timer.ts'
import { TRACEPOINT } from './tracepoint.ts'
import { UPROBE, URETPROBE } from './uprobe.ts'
import { USDT } from './usdt.ts'
import { WATCHPOINT } from './watchpoint.ts'

const KINDS: readonly ProbeKind[] = [
  BEGIN,
  END,
  TEST,
  INTERVAL,
  PROFILE,
  SOFTWARE,
  HARDWARE,
  UPROBE,
  URETPROBE,
  USDT,
  TRACEPOINT,
  RAWTRACEPOINT,
  WATCHPOINT,
  SELF,
  ITER,
]
const BY_SPELLING = new Map(KINDS.flatMap((kind) => kind.spellings.map((spelling) => [spelling, kind] as const)))

/** Full names, by every spelling, of providers that are recognised and not compiled yet. */
const NOT_YET: Readonly<Record<string, string>> = {
  bench: 'bench',
  kprobe: 'kprobe',
  k: 'kprobe',
  kretprobe: 'kretprobe',
  kr: 'kretprobe',
  fentry: 'fentry',
  f: 'fentry',
  kfunc: 'fentry',
  fexit: 'fexit',
  fr: 'fexit',
  kretfunc: 'fexit',
}

/** The kind of probe that a provider's name (any case, long or short) stands for. */
export function findProbeKind(provider: string): ProbeKind | { readonly notYet: string } | undefined {
  // Case does not matter, except that `U` is short for usdt and `u` for uprobe.
  const name = provider === 'U' ? 'usdt' : provider.toLowerCase()
  return BY_SPELLING.get(name) ?? (Object.hasOwn(NOT_YET, name) ? { notYet: NOT_YET[name] ?? name } : undefined)
}

/** True when the script has a probe that is looked up in an executable file; without one its type source need not read any. */
export function readsExecutables({ probes }: Pick<Script, 'probes'>): boolean {
  const kinds = probes.flatMap(({ attachPoints }) => attachPoints.map(({ parts }) => findProbeKind(parts[0]?.text ?? '')))
  return kinds.some((kind) => kind !== undefined && 'inExecutable' in kind)
}

/** Full names of the providers that are compiled, for hints. */
export const PROVIDERS: readonly string[] = KINDS.map((kind) => kind.provider)
