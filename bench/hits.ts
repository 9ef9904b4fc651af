/**
 * Hits a second and BPF run time per hit of the counter script, against a bare uprobe and against bpftrace, in one run:
 * all tracers take their turn in every round, and only ratios within a round are judged. `floor` is the least program that reads
 * the counter, assembled by hand: how far below `bare` it is, no tracer can help.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { enableRunTimeStats } from '../src/kernel/programs/program-stats.ts'
import { busiestProgram, lastProgramId } from './run-time.ts'
import { median, medianRatio } from './statistics.ts'
import { type SubjectName, startSubject } from './subject.ts'
import { buildTarget, type FirstInstruction, type RunningTarget, startTarget, type Target } from './target.ts'

const TRACER_CPU = 0
const TARGET_CPU = 1
const SETTLE_MS = 200
const MEASURE_MS = 800
/** The bars of the project; see README. */
const LEAST_OF_HITS = 0.95
const MOST_OF_RUN_TIME = 0.6

/** What was measured, by tracer. */
export interface Figures {
  readonly hitsPerSecond: Map<SubjectName, number[]>
  readonly runTimeNs: Map<SubjectName, number[]>
}

/** Calls a second of the target while the tracer is attached, without the cost of statistics. */
async function measureHits(target: RunningTarget): Promise<number> {
  const start = performance.now()
  const before = target.count()
  await sleep(MEASURE_MS)
  return (Number(target.count() - before) / (performance.now() - start)) * 1000
}

async function measureRunTime(afterId: number): Promise<number> {
  const stats = enableRunTimeStats()
  try {
    const before = busiestProgram(afterId)
    await sleep(MEASURE_MS / 2)
    const after = busiestProgram(afterId)
    return Number(after.runTimeNs - before.runTimeNs) / Number(after.runCount - before.runCount)
  } finally {
    stats.close()
  }
}

/** One turn of one tracer; the figures are added to. */
export async function measureSubject(name: SubjectName, target: Target, figures: Figures): Promise<void> {
  const running = startTarget(target, TARGET_CPU)
  const lastId = lastProgramId()
  try {
    const subject = await startSubject(name, target, TRACER_CPU)
    try {
      await sleep(SETTLE_MS)
      push(figures.hitsPerSecond, name, await measureHits(running))
      push(figures.runTimeNs, name, await measureRunTime(lastId))
    } finally {
      await subject.close()
    }
  } finally {
    running.close()
  }
}

function push(figures: Map<SubjectName, number[]>, name: SubjectName, value: number): void {
  figures.set(name, [...(figures.get(name) ?? []), value])
}

function report(kind: FirstInstruction, subjects: readonly SubjectName[], { hitsPerSecond, runTimeNs }: Figures): void {
  const of = (figures: Map<SubjectName, number[]>, name: SubjectName): number[] => figures.get(name) ?? []
  console.log(`\nFunction whose first instruction is ${kind}:`)
  console.log('               hits/s     of bare  of floor  of bpftrace   BPF ns/hit  of bpftrace')
  for (const name of subjects) {
    const hits = of(hitsPerSecond, name)
    const time = of(runTimeNs, name)
    const cells = [
      median(hits).toFixed(0).padStart(10),
      medianRatio(hits, of(hitsPerSecond, 'bare')).toFixed(3).padStart(11),
      medianRatio(hits, of(hitsPerSecond, 'floor')).toFixed(3).padStart(10),
      medianRatio(hits, of(hitsPerSecond, 'bpftrace')).toFixed(3).padStart(13),
      median(time).toFixed(1).padStart(13),
      medianRatio(time, of(runTimeNs, 'bpftrace')).toFixed(3).padStart(13),
    ]
    console.log(`${name.padEnd(11)}${cells.join('')}`)
  }
  for (const name of ['script', 'typescript'] as const) {
    judge(`${name}: hits/s of bare`, medianRatio(of(hitsPerSecond, name), of(hitsPerSecond, 'bare')), { atLeast: LEAST_OF_HITS })
    if (!subjects.includes('bpftrace')) continue
    judge(`${name}: hits/s of bpftrace`, medianRatio(of(hitsPerSecond, name), of(hitsPerSecond, 'bpftrace')), { atLeast: LEAST_OF_HITS })
    judge(`${name}: run time of bpftrace`, medianRatio(of(runTimeNs, name), of(runTimeNs, 'bpftrace')), { atMost: MOST_OF_RUN_TIME })
  }
}

/** Says whether a bar was reached. */
export function judge(what: string, ratio: number, bar: { readonly atLeast?: number; readonly atMost?: number }): void {
  const good = ratio >= (bar.atLeast ?? 0) && ratio <= (bar.atMost ?? Number.POSITIVE_INFINITY)
  const limit = bar.atLeast === undefined ? `at most ${bar.atMost}` : `at least ${bar.atLeast}`
  console.log(`  ${good ? 'reached' : 'MISSED '}  ${what}: ${ratio.toFixed(3)} (bar: ${limit})`)
}

/** Measures and prints; with `bpftrace` also against that. */
export async function benchHits(options: { readonly rounds: number; readonly bpftrace: boolean }): Promise<void> {
  const subjects: readonly SubjectName[] = ['bare', 'floor', 'script', 'typescript', ...(options.bpftrace ? (['bpftrace'] as const) : [])]
  const directory = mkdtempSync(join(tmpdir(), 'borescope-bench-'))
  try {
    for (const kind of ['single-stepped', 'emulated'] as const) {
      const target = buildTarget(directory, kind)
      const figures: Figures = { hitsPerSecond: new Map(), runTimeNs: new Map() }
      for (let round = 0; round < options.rounds; round++) {
        for (const name of subjects) await measureSubject(name, target, figures)
      }
      report(kind, subjects, figures)
    }
  } finally {
    rmSync(directory, { recursive: true })
  }
}
