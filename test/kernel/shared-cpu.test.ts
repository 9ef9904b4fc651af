/**
 * One CPU that two programs share: a uprobe on a target that is pinned to it, and a timer at 10 kHz that interrupts that target,
 * in the midst of the uprobe's program too. Both have values too large for the stack. No event may hold the other's bytes, and
 * every event that is missing must be counted.
 */
import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest'
import { sourceText } from '../../src/base/source-text.ts'
import { compileProgram } from '../../src/compiler/compile-program.ts'
import { readOnlineCpus } from '../../src/kernel/procfs/cpus.ts'
import type { AttachPoint } from '../../src/spec/attach-point.ts'
import { LOSS_MAP_SPEC, readLossCounts } from '../../src/spec/loss-counts.ts'
import { LOSS_MAP, type MapSpec } from '../../src/spec/map-spec.ts'
import type { ProgramSpec } from '../../src/spec/program-spec.ts'
import { watchFdLeaks } from '../support/fd-leaks.ts'
import { counterValue, withObject } from '../support/loading.ts'
import { needs } from '../support/needs.ts'
import { EVENTS, patternedProgram, runsOf, SHARED, tagOf } from '../support/patterned-programs.ts'
import { counterMap, ringMap } from '../support/programs.ts'
import { numberOfRuns } from '../support/runs.ts'
import { buildTarget, type RunningTarget, type Target } from '../support/target.ts'

watchFdLeaks()

const HITS = numberOfRuns({ short: 100_000, long: 1_000_000 })
/** Hits between two looks at the ring buffer, which has room for them. */
const BATCH = 10_000
const ROOMY = 16 * 1024 * 1024
const TIGHT = 64 * 1024
const TICKS_PER_SECOND = 10_000n
const [UPROBE, TIMER] = [1, 2]

let target: Target
let running: RunningTarget
beforeAll(async () => {
  target = buildTarget('no-pie')
  running = target.start()
  await running.rounds(0)
  execFileSync('taskset', ['-pc', String(readOnlineCpus().at(-1)), String(running.pid)])
})
afterAll(async () => {
  await running.stop()
  target.remove()
})

interface Counts {
  /** Intact events by the tag of their program. */
  readonly intact: Map<number | undefined, number>
  /** Runs of each program. */
  readonly runs: readonly [uprobe: number, timer: number]
  readonly lost: number
}

/** Lets the target hit the probe `hits` times while the timer ticks; answers what came of it. */
function traceBoth(memory: 'own' | 'shared', { hits, ringSize, batch = BATCH }: { hits: number; ringSize: number; batch?: number }) {
  const points: readonly AttachPoint[] = [
    { kind: 'uprobe', path: target.path, sites: [target.site('work')], return: false, pid: running.pid },
    { kind: 'profile', timer: { frequencyHz: TICKS_PER_SECOND }, pid: running.pid },
  ]
  const compiled = [programOf('uprobe', UPROBE, memory), programOf('timer', TIMER, memory)]
  const maps = [counterMap(runsOf(UPROBE)), counterMap(runsOf(TIMER)), ringMap(EVENTS, ringSize), SHARED, LOSS_MAP_SPEC]
  const programs = compiled.map(({ program }, index) => ({ ...program, attach: [points[index] as AttachPoint] }))
  const spec = { license: 'GPL', maps: [...maps, ...compiled.flatMap((one) => one.maps)], programs, records: [], sites: new Map() }
  return withObject(spec, async (object): Promise<Counts> => {
    const intact = new Map<number | undefined, number>()
    const drain = () => object.drain(EVENTS, (event) => void count(intact, tagOf(event)))
    const links = programs.map(({ name, attach }) => object.attach(name, attach[0] as AttachPoint))
    for (let done = 0; done < hits; done += batch) {
      await running.rounds(batch)
      drain()
    }
    for (const link of links) link.close()
    drain()
    return { intact, runs: [runs(object, UPROBE), runs(object, TIMER)], lost: Number(readLossCounts(object.map(LOSS_MAP)).events) }
  })
}

const runs = (object: Parameters<typeof counterValue>[0], tag: number): number => Number(counterValue(object, runsOf(tag)))

function count<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

function programOf(
  name: string,
  tag: number,
  memory: 'own' | 'shared',
): { program: Omit<ProgramSpec, 'attach'>; maps: readonly MapSpec[] } {
  const { maps, ...code } = compileProgram(patternedProgram(name, tag, memory), { lossMap: LOSS_MAP })
  return { program: { name, type: tag === UPROBE ? 'kprobe' : 'perf_event', ...code, source: sourceText('test', '') }, maps }
}

function needsIt(context: TestContext): void {
  needs(context, 'root', { command: 'gcc' }, { command: 'taskset' })
}

describe('large values of a uprobe and of a timer that interrupts it', { timeout: 120_000 + HITS / 10 }, () => {
  it('are never mixed, and what is missing is counted', async (context) => {
    needsIt(context)
    const start = performance.now()
    const {
      intact,
      runs: [hits, ticks],
      lost,
    } = await traceBoth('own', { hits: HITS, ringSize: ROOMY })
    const [fromUprobe = 0, fromTimer = 0] = [intact.get(UPROBE), intact.get(TIMER)]
    const seconds = ((performance.now() - start) / 1000).toFixed(1)
    console.log(`${hits} hits and ${ticks} ticks in ${seconds} s: ${fromUprobe} and ${fromTimer} intact events, ${lost} lost`)
    expect(intact.get(undefined) ?? 0).toBe(0)
    expect(hits).toBe(HITS)
    expect(ticks).toBeGreaterThan(HITS / 1000)
    expect(fromUprobe + fromTimer + lost).toBe(hits + ticks)
  })

  it('are counted when they find no room', async (context) => {
    needsIt(context)
    const {
      intact,
      runs: [hits, ticks],
      lost,
    } = await traceBoth('own', { hits: BATCH, ringSize: TIGHT })
    expect(intact.get(undefined) ?? 0).toBe(0)
    expect(lost).toBeGreaterThan(BATCH / 2)
    expect((intact.get(UPROBE) ?? 0) + (intact.get(TIMER) ?? 0) + lost).toBe(hits + ticks)
  })

  it('would be mixed in memory that the two share: the test can tell', async (context) => {
    needsIt(context)
    const { intact } = await traceBoth('shared', { hits: 5 * BATCH, ringSize: ROOMY })
    expect(intact.get(undefined) ?? 0).toBeGreaterThan(0)
  })
})
