/**
 * How often probes of functions are hit, and what that takes from the traced program: a warning when it is much, and with
 * `--max-rate` the end of the probe. The kernel counts runs only while somebody asks for it, at some 50 ns a run; so without a limit
 * it is asked for a moment, once.
 */

import { PermissionError, UsageError } from '../../base/errors.ts'
import { toByteString } from '../../spec/byte-string.ts'
import type { HitCounter, LoadedObject } from '../../spec/executor.ts'
import { estimateHitNs } from '../../symbolize/uprobe-sites/execution.ts'
import { showMicroseconds, WORTHY_SHARE } from '../../symbolize/uprobe-sites/words.ts'
import { elapsedMs } from '../elapsed.ts'
import { type AttachedProbe, describePoint } from './attach-all.ts'
import type { ByteSink } from './script-options.ts'

/** What is watched, and where to say what is found. */
export interface RateWatch {
  readonly loaded: LoadedObject
  readonly attached: readonly AttachedProbe[]
  /** Hits a second above which a program is detached. */
  readonly maxRate: number | undefined
  readonly err: ByteSink
}

/** When the rate is looked at if there is no limit, and for how long: late enough for the target to be busy. */
const LOOK_AFTER_MS = 2000
const LOOK_FOR_MS = 250
const LIMIT_EVERY_MS = 250
const NS_PER_SECOND = 1e9

/** Watches until the answer is called, which is fine twice. Throws when there is a limit and nobody can count. */
export function watchRates(watch: RateWatch): () => void {
  const programs = [...new Set(watch.attached.filter(({ point }) => point.kind === 'uprobe').map(({ program }) => program))]
  if (programs.length === 0) return () => {}
  return watch.maxRate === undefined ? lookOnce(watch, programs) : enforce(watch, programs, watch.maxRate)
}

function enforce(watch: RateWatch, programs: readonly string[], maxRate: number): () => void {
  const counter = watch.loaded.countHits?.()
  if (counter === undefined) throw new UsageError('--max-rate needs probes that run in the kernel')
  const left = new Set(programs)
  let last = read(counter, programs)
  const timer = setInterval(() => {
    const now = read(counter, [...left])
    for (const [program, rate] of ratesBetween(last, now)) {
      if (rate <= maxRate) continue
      left.delete(program)
      detach(watch, program, rate, maxRate)
    }
    last = now
  }, LIMIT_EVERY_MS)
  timer.unref()
  return () => {
    clearInterval(timer)
    counter.close()
  }
}

function detach(watch: RateWatch, program: string, rate: number, maxRate: number): void {
  const own = watch.attached.filter((attached) => attached.program === program)
  for (const { link } of own) link.close()
  say(watch.err, `${namesOf(own)}: detached, since ${Math.round(rate)} hits a second are more than the ${maxRate} of --max-rate`)
}

function lookOnce(watch: RateWatch, programs: readonly string[]): () => void {
  let counter: HitCounter | undefined
  let timer = setTimeout(() => {
    counter = tryToCount(watch.loaded)
    if (counter === undefined) return
    const before = read(counter, programs)
    timer = setTimeout(() => {
      if (counter !== undefined) warn(watch, ratesBetween(before, read(counter, programs)))
      counter?.close()
    }, LOOK_FOR_MS)
    timer.unref()
  }, LOOK_AFTER_MS)
  timer.unref()
  return () => {
    clearTimeout(timer)
    counter?.close()
  }
}

/** A warning is no reason to ask for privileges. */
function tryToCount(loaded: LoadedObject): HitCounter | undefined {
  try {
    return loaded.countHits?.()
  } catch (error) {
    if (error instanceof PermissionError) return undefined
    throw error
  }
}

function warn({ attached, err }: RateWatch, rates: readonly (readonly [program: string, rate: number])[]): void {
  for (const [program, rate] of rates) {
    const own = attached.filter((candidate) => candidate.program === program)
    const costNs = meanCost(own)
    const share = (rate * costNs) / NS_PER_SECOND
    if (share <= WORTHY_SHARE) continue
    const taken = `${Math.round(share * 100)}% of a core`
    say(
      err,
      `${namesOf(own)}: ${Math.round(rate)} hits a second, at about ${showMicroseconds(costNs)} each, take ${taken} from the traced program`,
    )
  }
}

function meanCost(attached: readonly AttachedProbe[]): number {
  const costs = attached.flatMap(({ point }) => (point.kind === 'uprobe' ? point.sites.map(estimateHitNs) : []))
  return costs.reduce((sum, cost) => sum + cost, 0) / Math.max(1, costs.length)
}

interface Reading {
  readonly atMs: number
  readonly hits: ReadonlyMap<string, bigint>
}

function read(counter: HitCounter, programs: readonly string[]): Reading {
  return { atMs: elapsedMs(), hits: new Map(programs.map((program) => [program, counter.hits(program)])) }
}

function ratesBetween(before: Reading, after: Reading): readonly (readonly [program: string, rate: number])[] {
  const seconds = (after.atMs - before.atMs) / 1000
  return [...after.hits].map(([program, hits]) => [program, Number(hits - (before.hits.get(program) ?? 0n)) / seconds] as const)
}

function namesOf(attached: readonly AttachedProbe[]): string {
  const [first] = attached
  if (first === undefined) return ''
  const more = attached.flatMap(({ point }) => (point.kind === 'uprobe' ? point.sites : []))
  const symbols = [...new Set(more.map(({ symbol }) => symbol))]
  const rest = symbols.length > 1 ? ` and ${symbols.length - 1} more` : ''
  return `${describePoint(first.point)}:${symbols[0] ?? ''}${rest}`
}

function say(err: ByteSink, text: string): void {
  err.write(toByteString(`WARNING: ${text}\n`))
  err.flush()
}
