/**
 * `make demo`, once everything is built: the counter traced by a bpftrace script and by a TypeScript program, both rates
 * side by side, then the functions of a stripped Go binary that no one here wrote. Called by demo.sh.
 */
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, renameSync, rmdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { type CounterRun, median, runOnCounter } from './counter-run.ts'

const ROOT = join(import.meta.dirname, '..')
const BORESCOPE = join(ROOT, 'bin/borescope')
const TSX = join(ROOT, 'node_modules/.bin/tsx')
/** Where the script and its twin expect the counter. */
const TARGET = '/tmp/counter'
const RUN_SECONDS = 5

/** The script runs until it is interrupted; its twin is told how long, and interrupted only when it does not end. */
const TRACERS = [
  {
    name: 'bpftrace script',
    file: 'examples/counter.bt',
    command: [BORESCOPE, join(ROOT, 'examples/counter.bt')],
    interruptMs: (RUN_SECONDS + 0.5) * 1000,
  },
  {
    name: 'TypeScript',
    file: 'examples/counter.ts',
    command: [TSX, join(ROOT, 'examples/counter.ts'), TARGET, String(RUN_SECONDS)],
    interruptMs: RUN_SECONDS * 4 * 1000,
  },
]

interface Row {
  readonly title: string
  readonly runs: readonly CounterRun[]
}

const [language = 'Go', ...counters] = process.argv.slice(2)
const rows: Row[] = []
for (const counter of counters) {
  const title = counter.endsWith('-pie') ? `${language}, PIE` : `${language}, not PIE`
  rows.push({ title, runs: await traceCounter(counter, title) })
}
printRates(rows)
const traced = traceTypeScript()
process.exitCode = traced && rows.every(({ runs }) => runs.every(isGood)) ? 0 : 1

async function traceCounter(counter: string, title: string): Promise<CounterRun[]> {
  install(counter)
  const runs: CounterRun[] = []
  for (const { name, file, command, interruptMs } of TRACERS) {
    console.log(`\n${name} (${file}) on the counter in ${title}:`)
    runs.push(await runOnCounter(TARGET, command, interruptMs))
  }
  return runs
}

/** Puts the counter at its place by a rename: whatever stood there, a link or a running program, is not written to. */
function install(counter: string): void {
  const temporary = join(mkdtempSync(`${TARGET}-`), 'counter')
  copyFileSync(counter, temporary)
  renameSync(temporary, TARGET)
  rmdirSync(dirname(temporary))
}

function printRates(rows: readonly Row[]): void {
  console.log('\nOperations a second, median:')
  console.log(['', ...TRACERS.map(({ name }) => name)].map((cell) => cell.padStart(20)).join(''))
  for (const { title, runs } of rows) {
    const cells = runs.map((run) => (isGood(run) ? median(run.rates).toLocaleString('en') : `failed (${run.exitCode ?? 'killed'})`))
    console.log([title, ...cells].map((cell) => cell.padStart(20)).join(''))
  }
}

function isGood(run: CounterRun): boolean {
  return run.exitCode === 0 && median(run.rates) > 0
}

/** The `tsc` of TypeScript 7 is a stripped Go binary: its names come from its pclntab. Answers whether all went well. */
function traceTypeScript(): boolean {
  const require = createRequire(createRequire(import.meta.url).resolve('typescript/package.json'))
  const tsc = join(dirname(require.resolve('@typescript/typescript-linux-x64/package.json')), 'lib/tsc')
  const names = borescope(['-l', `uprobe:${tsc}:*checker*`])
  console.log(`\nThe checker of TypeScript 7 (${tsc}, stripped): ${names.lines.length} functions, such as`)
  for (const line of names.lines.slice(0, 3)) console.log(`    ${line}`)

  console.log('\nIts most called check functions while it type-checks this repository:')
  const script = `uprobe:${tsc}:"*checker.(*Checker).check*" { @[func] = count(); }`
  const counts = borescope(['-e', script, '-c', `${tsc} -p ${ROOT} --noEmit`])
  const called = counts.lines.filter((line) => line.startsWith('@['))
  for (const line of called.slice(-10)) console.log(`    ${line}`)
  return names.good && names.lines.length > 0 && counts.good && called.length > 0
}

function borescope(words: readonly string[]): { lines: string[]; good: boolean } {
  const run = spawnSync(BORESCOPE, words, {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1 << 28,
    timeout: 120_000,
  })
  return { lines: run.stdout.split('\n').filter((line) => line !== ''), good: run.status === 0 }
}
