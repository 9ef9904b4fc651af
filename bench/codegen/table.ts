/**
 * The table of the comparison, and what the issue wants of it.
 */
import type { StaticCounts } from './counts.ts'

/** One program's counts. */
export interface Row {
  readonly name: string
  readonly ours: StaticCounts
  readonly clang: StaticCounts
  /** Slots that bpftrace loads; absent for what is not a script. */
  readonly bpftrace?: number
}

/** Geometric means and single programs beside clang may be this much, means beside bpftrace this. */
const BAR = { mean: 1.1, single: 1.35, bpftrace: 0.9 } as const

/** Prints the table and what misses the bar; true when nothing does. */
export function printTable(rows: readonly Row[]): boolean {
  console.log('\nGenerated code: slots of 8 bytes and calls of helpers, ours beside clang -O2 -mcpu=v3 and bpftrace:')
  console.log(
    `${'program'.padEnd(17)}${['slots', 'clang', 'ratio', 'calls', 'clang', 'bpftrace', 'ratio'].map((head) => head.padStart(9)).join('')}`,
  )
  for (const row of rows) console.log(lineOf(row))
  const loaded = rows.map(loadedRatio)
  const traced = rows.flatMap((row) => bpftraceRatio(row) ?? [])
  console.log(
    `${'geometric mean'.padEnd(17)}${''.padStart(18)}${show(geometricMean(loaded))}${''.padStart(27)}${traced.length === 0 ? '' : show(geometricMean(traced))}`,
  )
  const misses = missesOf(rows)
  for (const miss of misses) console.log(`  misses the bar: ${miss}`)
  return misses.length === 0
}

const loadedRatio = ({ ours, clang }: Row): number => ours.slots / clang.slots
const bpftraceRatio = ({ ours, bpftrace }: Row): number | undefined => (bpftrace === undefined ? undefined : ours.slots / bpftrace)

function lineOf(row: Row): string {
  const { name, ours, clang, bpftrace } = row
  const ratio = bpftraceRatio(row)
  const cells = [ours.slots, clang.slots, loadedRatio(row).toFixed(2), ours.helperCalls, clang.helperCalls]
  return `${name.padEnd(17)}${[...cells, bpftrace ?? '', ratio?.toFixed(2) ?? ''].map((cell) => String(cell).padStart(9)).join('')}`
}

const show = (ratio: number): string => ratio.toFixed(3).padStart(9)

function missesOf(rows: readonly Row[]): string[] {
  const mean = geometricMean(rows.map(loadedRatio))
  const traced = geometricMean(rows.flatMap((row) => bpftraceRatio(row) ?? []))
  return [
    ...(mean > BAR.mean ? [`loaded slots, geometric mean ${mean.toFixed(3)} (at most ${BAR.mean})`] : []),
    ...(traced > BAR.bpftrace ? [`slots beside bpftrace, geometric mean ${traced.toFixed(3)} (at most ${BAR.bpftrace})`] : []),
    ...rows
      .filter((row) => loadedRatio(row) > BAR.single)
      .map((row) => `${row.name}: loaded slots ${loadedRatio(row).toFixed(2)} (at most ${BAR.single})`),
    ...rows
      .filter(({ ours, clang }) => ours.helperCalls > clang.helperCalls)
      .map(({ name, ours, clang }) => `${name}: ${ours.helperCalls} helper calls, clang ${clang.helperCalls}`),
  ]
}

/** The geometric mean; NaN of nothing. */
function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length)
}
