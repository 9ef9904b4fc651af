/**
 * From the command to its end: of the shortest script there is, and of one that attaches a uprobe; what a one-liner costs before
 * it answers.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { median, medianRatio } from './statistics.ts'

const LAUNCHER = fileURLToPath(new URL('../bin/borescope', import.meta.url))
const SCRIPTS = ['BEGIN { exit(); }', 'uprobe:/bin/bash:readline { @ = count(); } BEGIN { exit(); }'] as const
/** Where it is set, every Node parses all certificates when it starts: 30 to 60 ms that say nothing of us. */
const { NODE_EXTRA_CA_CERTS: _, ...ENVIRONMENT } = process.env

/** Measures and prints milliseconds of wall time: medians, and medians of what is compared within a round. */
export function benchStartUp(options: { readonly rounds: number; readonly bpftrace: boolean }): void {
  for (const script of SCRIPTS) benchScript(script, options)
}

function benchScript(script: string, options: { readonly rounds: number; readonly bpftrace: boolean }): void {
  const programs = { 'node -e 0': [process.execPath, '-e', '0'], borescope: [LAUNCHER, '-e', script], bpftrace: ['bpftrace', '-e', script] }
  const names = (Object.keys(programs) as (keyof typeof programs)[]).filter((name) => name !== 'bpftrace' || options.bpftrace)
  const times = new Map<string, number[]>(names.map((name) => [name, []]))
  for (let round = 0; round < options.rounds; round++) for (const name of names) times.get(name)?.push(timeOf(programs[name]))
  const timesOf = (name: string) => times.get(name) ?? []
  console.log(`\nFrom start to end of ${script}`)
  console.log('                  ms  over node -e 0  of bpftrace')
  for (const name of names) {
    const over = median(timesOf(name).map((ms, round) => ms - (timesOf('node -e 0')[round] ?? Number.NaN)))
    const ratio = medianRatio(timesOf(name), timesOf('bpftrace'))
    console.log(
      `${name.padEnd(11)}${median(timesOf(name)).toFixed(0).padStart(9)}${over.toFixed(1).padStart(16)}${ratio.toFixed(3).padStart(13)}`,
    )
  }
}

function timeOf([program = '', ...words]: readonly string[]): number {
  const start = performance.now()
  const { status, stderr } = spawnSync(program, words, { encoding: 'utf8', env: ENVIRONMENT })
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`)
  return performance.now() - start
}
