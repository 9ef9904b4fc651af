/**
 * A small C program to probe: it does what it is told through its standard input, so that a test knows exactly how often
 * a function ran. Built by gcc in a directory of its own, as PIE or not.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileOffset, virtualOffset } from '../../src/base/address.ts'
import { siteCookie, type UprobeSite } from '../../src/spec/attach-point.ts'

/**
 * `work(n)` answers `2 * n`; `other` and `locked` are called once per round. `locked` begins with a LOCK prefix, which
 * the kernel refuses to probe. With an argument, a thread calls `work` for ever. Each line of input is a number of
 * rounds, answered by the number of calls of `work` so far.
 */
const SOURCE = `
#include <pthread.h>
#include <stdio.h>
volatile unsigned long counter;
static volatile unsigned long locks;
__attribute__((noinline)) unsigned long work(unsigned long n) { counter++; return n * 2; }
__attribute__((noinline)) void other(void) { __asm__ volatile(""); }
__attribute__((naked, noinline)) void locked(void) { __asm__ volatile("lock incq (%rsp); lock decq (%rsp); ret"); }
static void *spin(void *unused) { for (;;) work(1); return unused; }
int main(int argc, char **argv) {
  unsigned long rounds;
  pthread_t thread;
  (void)argv;
  (void)locks;
  if (argc > 1) pthread_create(&thread, 0, spin, 0);
  while (scanf("%lu", &rounds) == 1) {
    for (unsigned long i = 0; i < rounds; i++) { work(i); other(); locked(); }
    printf("%lu\\n", counter);
    fflush(stdout);
  }
}
`

/** A built program. */
export interface Target {
  readonly path: string
  /** The entry of a function, as a site; `NAME+N` is N bytes behind it. */
  site(name: string): UprobeSite
  /** Starts it; with `spin`, a thread of it calls `work` for ever. The caller stops it. */
  start(mode?: 'spin'): RunningTarget
  /** Deletes the files. */
  remove(): void
}

/** A target that waits to be told. */
export interface RunningTarget {
  readonly process: ChildProcess
  readonly pid: number
  /** Does so many rounds; answers how often `work` has run since the start. */
  rounds(count: number): Promise<number>
  /** Kills it and waits until it is gone. */
  stop(): Promise<void>
}

/** Builds the target. The caller removes it. */
export function buildTarget(kind: 'pie' | 'no-pie'): Target {
  const directory = mkdtempSync(join(tmpdir(), 'borescope-target-'))
  const [source, path] = [join(directory, 'target.c'), join(directory, 'target')]
  writeFileSync(source, SOURCE)
  const position = kind === 'pie' ? ['-fPIE', '-pie'] : ['-fno-pie', '-no-pie']
  execFileSync('gcc', ['-O1', ...position, '-o', path, source, '-pthread'])
  const symbols = readSymbols(path)
  return {
    path,
    site: (name) => siteOf(symbols, name),
    start: (mode) => startTarget(path, mode),
    remove: () => rmSync(directory, { recursive: true }),
  }
}

/** The text segment of a small program is in the file where it is in memory, less the base of a non-PIE one. */
const NO_PIE_BASE = 0x40_0000n

function siteOf(symbols: ReadonlyMap<string, bigint>, expression: string): UprobeSite {
  const [name = '', added = '0'] = expression.split('+')
  const start = symbols.get(name)
  if (start === undefined) throw new Error(`the target has no symbol ${name}`)
  const address = virtualOffset(start + BigInt(added))
  const offset = fileOffset(Number(address >= NO_PIE_BASE ? address - NO_PIE_BASE : address))
  const placement = added === '0' ? 'entry' : 'offset'
  return { symbol: expression, offset, address, placement, execution: 'single-stepped', cookie: siteCookie(0, address) }
}

function readSymbols(path: string): ReadonlyMap<string, bigint> {
  const lines = execFileSync('nm', [path], { encoding: 'utf8' }).matchAll(/^([0-9a-f]+) \w (\S+)$/gm)
  return new Map([...lines].map(([, value, name = '']) => [name, BigInt(`0x${value}`)]))
}

function startTarget(path: string, mode: 'spin' | undefined): RunningTarget {
  const child = spawn(path, mode === undefined ? [] : [mode], { stdio: ['pipe', 'pipe', 'ignore'] })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    process: child,
    pid: child.pid ?? 0,
    async rounds(count) {
      child.stdin.write(`${count}\n`)
      const { value, done } = await answers.next()
      if (done) throw new Error('the target ended')
      return Number(value)
    },
    async stop() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
