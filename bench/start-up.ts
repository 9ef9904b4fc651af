/**
 * From the command to its end, of a script that attaches a uprobe and exits: what a one-liner costs before it answers.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { median, medianRatio } from './statistics.ts'

const LAUNCHER = fileURLToPath(new URL('../bin/borescope', import.meta.url))
const SCRIPT = 'uprobe:/bin/bash:readline { @ = count(); } BEGIN { exit(); }'

/** Measures and prints milliseconds of wall time. */
export function benchStartUp(options: { readonly rounds: number; readonly bpftrace: boolean }): void {
  const programs = { 'node -e 0': [process.execPath, '-e', '0'], borescope: [LAUNCHER, '-e', SCRIPT], bpftrace: ['bpftrace', '-e', SCRIPT] }
  const names = (Object.keys(programs) as (keyof typeof programs)[]).filter((name) => name !== 'bpftrace' || options.bpftrace)
  const times = new Map<string, number[]>(names.map((name) => [name, []]))
  for (let round = 0; round < options.rounds; round++) for (const name of names) times.get(name)?.push(timeOf(programs[name]))
  console.log('\nFrom start to end of a one-liner with one uprobe:')
  console.log('                  ms  of bpftrace')
  for (const name of names) {
    const ratio = medianRatio(times.get(name) ?? [], times.get('bpftrace') ?? [])
    console.log(
      `${name.padEnd(11)}${median(times.get(name) ?? [])
        .toFixed(0)
        .padStart(9)}${ratio.toFixed(3).padStart(13)}`,
    )
  }
}

function timeOf([program = '', ...words]: readonly string[]): number {
  const start = performance.now()
  const { status, stderr } = spawnSync(program, words, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`)
  return performance.now() - start
}
