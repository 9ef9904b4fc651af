/**
 * What a run of a script costs beside its hits: memory, the time to attach and detach many probes, the time to print a large map;
 * against bpftrace in the same run.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { judge } from './hits.ts'
import { median, medianRatio } from './statistics.ts'

/** The bars of the project: of bpftrace's, and milliseconds more than those for which the script runs. */
const MOST_OF_MEMORY = 0.7
const MOST_OF_TIME = { 'for 1,000 uprobes': 0.1, 'for a map of 100,000 keys': 0.5 }
const MOST_MS_FOR_10_000 = 300
const FUNCTIONS = 10_000
const KEYS = 100_000
const SETTLE_MS = 500
/** bpftrace 0.17 takes minutes for one. */
const ROUNDS_OF_THOUSAND = 1

type Tracer = 'borescope' | 'bpftrace'
const PROGRAMS: Readonly<Record<Tracer, string>> = {
  borescope: fileURLToPath(new URL('../bin/borescope', import.meta.url)),
  bpftrace: 'bpftrace',
}
const ENVIRONMENT = { ...process.env, BPFTRACE_MAX_PROBES: '20000', BPFTRACE_MAP_KEYS_MAX: String(2 * KEYS) }

/** So many functions, and a `main` that calls the first of them once for each key when it is told to. */
function sourceOf(functions: number): string {
  const names = Array.from({ length: functions }, (_, index) => `work_${index}`)
  return `
#include <unistd.h>
${names.map((name) => `__attribute__((noinline)) void ${name}(long n) { __asm__ volatile("" :: "r"(n)); }`).join('\n')}
int main(void) {
  char go;
  if (read(0, &go, 1) != 1) return 1;
  for (long i = 0; i < ${KEYS}; i++) work_0(i);
  return write(1, &go, 1) != 1;
}`
}

/** Measures and prints; without bpftrace only what has a bar of its own. */
export async function benchScriptCost(options: { readonly rounds: number; readonly bpftrace: boolean }): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'borescope-bench-'))
  try {
    const [thousand, many] = [FUNCTIONS / 10, FUNCTIONS].map((functions) => compile(directory, functions)) as [string, string]
    console.log('\nRuns of scripts:')
    const attachAll = Array.from({ length: options.rounds }, () =>
      millisecondsOf('borescope', `uprobe:${many}:work_* { @ = count(); } ${AT_ONCE}`),
    )
    const rest = median(attachAll) - median(Array.from({ length: options.rounds }, () => millisecondsOf('borescope', `BEGIN { exit(); }`)))
    judge('milliseconds for 10,000 uprobes, more than for none', rest, { atMost: MOST_MS_FOR_10_000 })
    if (!options.bpftrace) return
    await compareMemory(thousand, options.rounds)
    const time = (tracer: Tracer) => millisecondsOf(tracer, `uprobe:${thousand}:work_* { @ = count(); } interval:ms:100 { exit(); }`)
    compare('for 1,000 uprobes', await inTurns(ROUNDS_OF_THOUSAND, time))
    compare('for a map of 100,000 keys', await inTurns(options.rounds, (tracer) => printingMs(tracer, thousand)))
  } finally {
    rmSync(directory, { recursive: true })
  }
}

const AT_ONCE = 'interval:ms:1 { exit(); }'

function compile(directory: string, functions: number): string {
  const path = join(directory, `functions_${functions}`)
  writeFileSync(`${path}.c`, sourceOf(functions))
  execFileSync('gcc', ['-O1', '-o', path, `${path}.c`])
  return path
}

type Turns = Readonly<Record<Tracer, readonly number[]>>

async function inTurns(rounds: number, measure: (tracer: Tracer) => number | Promise<number>): Promise<Turns> {
  const turns = { borescope: [] as number[], bpftrace: [] as number[] }
  for (let round = 0; round < rounds; round++) {
    for (const tracer of ['borescope', 'bpftrace'] as const) turns[tracer].push(await measure(tracer))
  }
  return turns
}

function compare(what: keyof typeof MOST_OF_TIME, { borescope, bpftrace }: Turns): void {
  console.log(`  ${what}: ${median(borescope).toFixed(0)} ms, bpftrace ${median(bpftrace).toFixed(0)} ms`)
  judge(`time of bpftrace ${what}`, medianRatio(borescope, bpftrace), { atMost: MOST_OF_TIME[what] })
}

async function compareMemory(target: string, rounds: number): Promise<void> {
  const probes = Array.from({ length: 50 }, (_, index) => `uprobe:${target}:work_${index} { @m${index % 20}[pid, comm] = count(); }`)
  const scripts = {
    'a one-liner that counts': `uprobe:${target}:work_0 { @ = count(); }`,
    'a one-liner that prints': `uprobe:${target}:work_0 { printf("%d %s\\n", pid, comm); }`,
    '50 probes and 20 maps': probes.join('\n'),
  }
  for (const [what, script] of Object.entries(scripts)) {
    const { borescope, bpftrace } = await inTurns(rounds, (tracer) => peakMegabytes(tracer, script))
    console.log(`  ${what}: ${median(borescope).toFixed(0)} MB, bpftrace ${median(bpftrace).toFixed(0)} MB`)
    judge(`peak memory of bpftrace, ${what}`, medianRatio(borescope, bpftrace), { atMost: MOST_OF_MEMORY })
  }
}

/** From start to end of a run that ends by itself. */
function millisecondsOf(tracer: Tracer, script: string): number {
  const start = performance.now()
  const { status, stderr } = spawnSync(PROGRAMS[tracer], ['-e', script], { env: ENVIRONMENT, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${tracer} ended with ${status}: ${stderr}`)
  return performance.now() - start
}

/** VmHWM of proc(5), of a run that has attached everything. */
async function peakMegabytes(tracer: Tracer, script: string): Promise<number> {
  const child = await attached(tracer, script)
  const [, kilobytes] = /^VmHWM:\s*(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? []
  await interrupt(child)
  return Number(kilobytes) / 1024
}

/** From the interrupt to the end of a run whose map has been filled. */
async function printingMs(tracer: Tracer, target: string): Promise<number> {
  const config = tracer === 'borescope' ? `config = { max_map_keys = ${2 * KEYS} } ` : ''
  const child = await attached(tracer, `${config}uprobe:${target}:work_0 { @[arg0] = arg0; }`)
  const source = spawn(target, { stdio: ['pipe', 'pipe', 'inherit'] })
  source.stdin.write('x')
  await once(source.stdout, 'data')
  let lines = 0
  child.stdout?.on('data', (chunk: Buffer) => {
    for (const byte of chunk) if (byte === LINE_END) lines++
  })
  const start = performance.now()
  await interrupt(child)
  const ms = performance.now() - start
  if (lines < KEYS) throw new Error(`${tracer} printed ${lines} lines of ${KEYS}`)
  return ms
}

const LINE_END = 10

/** borescope says on stderr that all is attached, bpftrace 0.17 on stdout that it begins to. */
async function attached(tracer: Tracer, script: string): Promise<ChildProcess> {
  const child = spawn(PROGRAMS[tracer], ['-e', script], { env: ENVIRONMENT, stdio: ['ignore', 'pipe', 'pipe'] })
  const [first, second] = [child.stdout, child.stderr]
  await new Promise<void>((resolve, reject) => {
    let said = ''
    const read = (chunk: Buffer): void => {
      said += chunk.toString('latin1')
      if (/Attach(?:ed|ing) \d+ probe/.test(said)) resolve()
    }
    first.on('data', read)
    second.on('data', read)
    child.once('exit', (code) => reject(new Error(`${tracer} ended with ${code}: ${said}`)))
  })
  await sleep(tracer === 'borescope' ? SETTLE_MS : 10 * SETTLE_MS)
  return child
}

async function interrupt(child: ChildProcess): Promise<void> {
  const ended = once(child, 'close')
  child.kill('SIGINT')
  await ended
}
