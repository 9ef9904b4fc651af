/**
 * Records what bpftrace prints into case files: runs the program of every case that has no DIFFERS field under the oracle, and
 * rewrites the file with its output. `node --import tsx test/support/record-cases.ts FILE...`, as root; the oracle is the
 * command in `$BPFTRACE`. Programs must end by themselves. `{target}` and `{pid}` are those of `case-target.ts`.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { formatCases, type OutputCase, parseCases } from './case-file.ts'
import { CaseTarget } from './case-target.ts'

/** What the oracle's own container makes it say; no part of what a script prints. */
const NOISE = /^WARNING: (Could not read functions from|Unknown error -1: couldn't set RLIMIT_MEMLOCK).*\n/gm
const TIMEOUT_MS = 60_000

// Without PIE: bpftrace finds no names in one that slides once its process is gone.
const target = new CaseTarget('no-pie')
const oracle = process.env.BPFTRACE ?? 'bpftrace'
for (const file of process.argv.slice(2)) {
  const text = readFileSync(file, 'latin1')
  const header = /^(?:#.*\n)*/.exec(text)?.[0] ?? ''
  const recorded = parseCases(file, text).map((item) => (item.differs === undefined ? record(item) : item))
  writeFileSync(file, `${header}${header === '' ? '' : '\n'}${formatCases(recorded)}`, 'latin1')
  console.log(`${file}: ${recorded.length} cases`)
}
target.close()

function record(item: OutputCase): OutputCase {
  target.stop()
  const filled = target.fill(item)
  const program = Buffer.from(filled.program, 'latin1').toString('utf8')
  const run = spawnSync(oracle, [...filled.args, '-e', program, ...filled.words], { encoding: 'latin1', timeout: TIMEOUT_MS })
  if (run.error !== undefined) throw run.error
  const stderr = run.stderr.replace(NOISE, '')
  const expectsMessages = item.expectStderr !== undefined
  if (stderr !== '' && !expectsMessages && !/^Attached \d+ probes?\n$/.test(stderr)) console.error(`${item.name}:\n${stderr}`)
  return {
    ...item,
    expect: target.unfill(run.stdout),
    exit: run.status ?? -1,
    expectStderr: expectsMessages ? target.unfill(stderr) : undefined,
  }
}
