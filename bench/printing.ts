/**
 * A million lines by `printf`, from a function that is called as fast as it can be and from a source of a million events a
 * second: how many arrive, how fast, and what the tracer needs for them, against bpftrace in the same run.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { judge } from './hits.ts'
import { median, medianRatio } from './statistics.ts'

const EVENTS = 1_000_000
/** What the tracer may need after the last event until all is printed. */
const DRAIN_MS = 1_000
const TICKS_PER_SECOND = 100
/** The bars of the project, of bpftrace's. */
const LEAST_OF_EVENTS = 8
const MOST_OF_CPU = 0.1
/** Calls `hit`, which begins with a no-operation of five bytes, so many times; paced, as many a millisecond as it is told. */
const SOURCE = `
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
void hit(long number);
__asm__(".globl hit\\n .type hit, @function\\n hit: .byte 0x0f,0x1f,0x44,0x00,0x00\\n ret\\n .size hit, . - hit\\n");
static long long now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1000000000ll + t.tv_nsec; }
int main(int count, char **words) {
  long hits = atol(words[1]), each_ms = atol(words[2]);
  char go;
  if (read(0, &go, 1) != 1) return 1;
  long long begin = now();
  for (long i = 0; i < hits; i++) {
    while (each_ms && i % 64 == 0 && now() - begin < i * 1000000ll / each_ms) ;
    hit(i);
  }
  printf("%lld\\n", (now() - begin) / 1000);
}`

interface Load {
  /** Lines that the script prints at each hit. */
  readonly lines: number
  readonly hits: number
  /** 0: as many as there can be. */
  readonly hitsEachMs: number
}
const AS_FAST_AS_CAN_BE: Load = { lines: 1, hits: EVENTS, hitsEachMs: 0 }
const MILLION_A_SECOND: Load = { lines: 4, hits: EVENTS / 4, hitsEachMs: 250 }

interface Figures {
  readonly arrived: number
  /** Millions of lines that arrived, by the time for which the source ran. */
  readonly millionsASecond: number
  readonly cpuSecondsPerMillion: number
}

const BORESCOPE = fileURLToPath(new URL('../bin/borescope', import.meta.url))

/** Measures and prints. */
export async function benchPrinting(options: { readonly rounds: number; readonly bpftrace: boolean }): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'borescope-bench-'))
  const source = join(directory, 'source')
  writeFileSync(`${source}.c`, SOURCE)
  execFileSync('gcc', ['-O1', '-o', source, `${source}.c`])
  try {
    console.log('\nLines by printf("%d %s %d\\n", pid, comm, arg0):')
    const ours: Figures[] = []
    const theirs: Figures[] = []
    const paced: Figures[] = []
    for (let round = 0; round < options.rounds; round++) {
      ours.push(await measure(BORESCOPE, source, AS_FAST_AS_CAN_BE))
      if (options.bpftrace) theirs.push(await measure('bpftrace', source, AS_FAST_AS_CAN_BE))
      paced.push(await measure(BORESCOPE, source, MILLION_A_SECOND))
    }
    printFigures('borescope', ours)
    judge('lines that arrive of a million in a second', Math.min(...paced.map(({ arrived }) => arrived)) / EVENTS, { atLeast: 1 })
    if (!options.bpftrace) return
    printFigures('bpftrace', theirs)
    const ratio = (of: (figures: Figures) => number) => medianRatio(ours.map(of), theirs.map(of))
    judge(
      'lines a second of bpftrace',
      ratio(({ millionsASecond }) => millionsASecond),
      { atLeast: LEAST_OF_EVENTS },
    )
    judge(
      'CPU a line of bpftrace',
      ratio(({ cpuSecondsPerMillion }) => cpuSecondsPerMillion),
      { atMost: MOST_OF_CPU },
    )
  } finally {
    rmSync(directory, { recursive: true })
  }
}

function printFigures(name: string, figures: readonly Figures[]): void {
  const [speed, cpu] = (['millionsASecond', 'cpuSecondsPerMillion'] as const).map((key) => median(figures.map((figure) => figure[key])))
  console.log(`  ${name.padEnd(10)} ${speed?.toFixed(3)} M/s, ${cpu?.toFixed(3)} s of CPU a million`)
}

/** One run of a tracer on one CPU and of the source on the other. */
async function measure(program: string, source: string, { lines, hits, hitsEachMs }: Load): Promise<Figures> {
  const printed = `${source}.out`
  const out = openSync(printed, 'w')
  const script = `uprobe:${source}:hit { ${'printf("%d %s %d\\n", pid, comm, arg0); '.repeat(lines)}}`
  const tracer = spawn('taskset', ['-c', '0', program, '-e', script], { stdio: ['ignore', out, 'pipe'] })
  const target = spawn('taskset', ['-c', '1', source, String(hits), String(hitsEachMs)], { stdio: ['pipe', 'pipe', 'inherit'] })
  try {
    await untilAttached(tracer, printed)
    const before = cpuSeconds(tracer)
    target.stdin.write('x')
    const microseconds = Number((await once(target.stdout, 'data'))[0])
    await sleep(DRAIN_MS)
    const seconds = cpuSeconds(tracer) - before
    tracer.kill('SIGINT')
    await once(tracer, 'exit')
    const arrived = readFileSync(printed, 'latin1')
      .split('\n')
      .filter((line) => line.includes(' source ')).length
    return { arrived, millionsASecond: arrived / microseconds, cpuSecondsPerMillion: (seconds / arrived) * 1e6 }
  } finally {
    tracer.kill('SIGKILL')
    target.kill()
    closeSync(out)
  }
}

/** Both say so before the first line, borescope on stderr, bpftrace 0.17 on stdout. */
async function untilAttached(tracer: ChildProcess, printed: string): Promise<void> {
  let said = ''
  tracer.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString('latin1')
  })
  for (let tries = 0; tries < 200; tries++) {
    if (/Attach(ed|ing) \d+ probe/.test(said + readFileSync(printed, 'latin1'))) return sleep(DRAIN_MS)
    await sleep(50)
  }
  throw new Error(`${tracer.spawnargs.join(' ')}: not attached\n${said}`)
}

/** User and system time of a process (proc(5), fields 14 and 15 of `stat`). */
function cpuSeconds({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
    .replace(/^.*\) /, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}
