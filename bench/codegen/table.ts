/**
 * The table of the comparison, and what the issue wants of it.
 */
import type { StaticCounts } from './counts.ts'
import type { RunCounts } from './runs.ts'

/** What is counted of a program on one side. */
export interface Counts {
  readonly loaded: StaticCounts
  readonly run: RunCounts
}

/** One program's counts. */
export interface Row {
  readonly name: string
  readonly ours: Counts
  readonly clang: Counts
  /** Slots that bpftrace loads; absent for what is not a script. */
  readonly bpftrace?: number
}

/** Geometric means and single programs beside clang may be this much, the mean beside bpftrace this. */
const BAR = { mean: 1.1, single: 1.35, bpftrace: 0.9 } as const

/** A ratio that has a column. */
interface Ratio {
  readonly what: string
  readonly of: (row: Row) => number | undefined
  readonly mean: number
  readonly single: number
}
const LOADED: Ratio = {
  what: 'slots loaded',
  of: ({ ours, clang }) => ours.loaded.slots / clang.loaded.slots,
  mean: BAR.mean,
  single: BAR.single,
}
const RUN: Ratio = {
  what: 'instructions run',
  of: ({ ours, clang }) => ours.run.instructions / clang.run.instructions,
  mean: BAR.mean,
  single: BAR.single,
}
const BPFTRACE: Ratio = {
  what: 'slots beside bpftrace',
  of: ({ ours, bpftrace }) => (bpftrace === undefined ? undefined : ours.loaded.slots / bpftrace),
  mean: BAR.bpftrace,
  single: Number.POSITIVE_INFINITY,
}
const RATIOS = [LOADED, RUN, BPFTRACE]

/** Prints the table and what misses the bar; true when nothing does. */
export function printTable(rows: readonly Row[]): boolean {
  console.log(
    '\nGenerated code beside clang -O2 -mcpu=v3: slots of 8 bytes loaded, instructions run, calls of helpers (in the code, made);',
  )
  console.log('and slots beside bpftrace:')
  console.log(line('', ['slots', 'clang', 'ratio', 'run', 'clang', 'ratio', 'calls', 'made', 'bpftrace', 'ratio']))
  for (const row of rows) console.log(line(row.name, cellsOf(row)))
  const [loaded, run, bpftrace] = RATIOS.map((ratio) => show(meanOf(rows, ratio)))
  console.log(line('geometric mean', ['', '', loaded, '', '', run, '', '', '', bpftrace]))
  const misses = [...RATIOS.flatMap((ratio) => missesOf(rows, ratio)), ...rows.flatMap(moreCalls)]
  for (const miss of misses) console.log(`  misses the bar: ${miss}`)
  return misses.length === 0
}

function cellsOf(row: Row): (string | number | undefined)[] {
  const { ours, clang, bpftrace } = row
  return [
    ...[ours.loaded.slots, clang.loaded.slots, show(LOADED.of(row))],
    ...[ours.run.instructions, clang.run.instructions, show(RUN.of(row))],
    ...[`${ours.loaded.helperCalls}/${clang.loaded.helperCalls}`, `${ours.run.helperCalls}/${clang.run.helperCalls}`],
    ...[bpftrace, show(BPFTRACE.of(row))],
  ]
}

function line(name: string, cells: readonly (string | number | undefined)[]): string {
  return name.padEnd(16) + cells.map((cell) => String(cell ?? '').padStart(9)).join('')
}

const show = (ratio: number | undefined): string => (ratio === undefined || Number.isNaN(ratio) ? '' : ratio.toFixed(2))

function missesOf(rows: readonly Row[], ratio: Ratio): string[] {
  const mean = meanOf(rows, ratio)
  const single = rows.filter((row) => (ratio.of(row) ?? 0) > ratio.single)
  return [
    ...(mean > ratio.mean ? [`${ratio.what}, geometric mean: ${mean.toFixed(3)} (at most ${ratio.mean})`] : []),
    ...single.map((row) => `${ratio.what}, ${row.name}: ${show(ratio.of(row))} (at most ${ratio.single})`),
  ]
}

function moreCalls({ name, ours, clang }: Row): string[] {
  const [loaded, made] = [ours.loaded.helperCalls > clang.loaded.helperCalls, ours.run.helperCalls > clang.run.helperCalls]
  return loaded || made ? [`more helper calls than clang: ${name}`] : []
}

/** The geometric mean of a ratio; NaN of nothing. */
function meanOf(rows: readonly Row[], ratio: Ratio): number {
  const values = rows.flatMap((row) => ratio.of(row) ?? [])
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length)
}
