/**
 * A tracer in a PID namespace of its own, as in a container: ids are those that ps shows there, not those of the machine.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { buildSync } from 'esbuild'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { buildProgram, type CProgram } from '../support/c-program.ts'
import { LAUNCHER, runCli } from '../support/cli.ts'
import { needs } from '../support/needs.ts'

const ROOT = resolve(import.meta.dirname, '../..')
/** Runs the words behind it as the first process of a new namespace. */
const UNSHARE = ['--pid', '--fork', '--kill-child', '--mount-proc']

/** Two threads, each of which hands its own ids to `report`, over and over. */
const SOURCE = `
#define _GNU_SOURCE
#include <pthread.h>
#include <unistd.h>
#include <sys/syscall.h>
__attribute__((noinline)) void report(long pid, long tid) { __asm__ volatile("" :: "r"(pid), "r"(tid)); }
static void *hit(void *none) {
  for (int i = 0; i < 4000; i++) { report(getpid(), syscall(SYS_gettid)); usleep(5000); }
  return none;
}
int main(void) { pthread_t other; pthread_create(&other, 0, hit, 0); hit(0); return 0; }
`

let program: CProgram
beforeAll(() => {
  program = buildProgram(SOURCE, ['-pthread'])
})
afterAll(() => program.remove())
beforeEach((context) => needs(context, 'root', { command: 'gcc' }, { command: 'unshare' }))

test('pid and tid are what the traced process gets of its own namespace', async () => {
  const script = `
    uprobe:${program.path}:report /pid == arg0 && tid == arg1/ { @right[tid == pid ? "main" : "other"] = 1 }
    uprobe:${program.path}:report /pid != arg0 || tid != arg1/ { printf("%d %d, not %d %d\\n", pid, tid, arg0, arg1) }
    interval:ms:300 { exit() }`
  const { stdout, code } = await runCli([...UNSHARE, LAUNCHER, '-q', '-c', program.path, '-e', script], { program: 'unshare' })
  expect({ stdout, code }).toEqual({ stdout: '\n\n@right[main]: 1\n@right[other]: 1\n', code: 0 })
})

test.for([
  ['a uprobe', (): string => `uprobe:${program.path}:report`],
  ['a tracepoint', (): string => 'tracepoint:syscalls:sys_enter_gettid'],
  ['a timer', (): string => 'profile:hz:99'],
] as const)('-p takes an id of the namespace: %s', async ([, probe]) => {
  // The shell is process 1 there, the program 2. A timer only ticks while its process runs.
  const [start, hits] = probe().startsWith('profile') ? ['sh -c "while :; do :; done"', 3] : [program.path, 20]
  const script = `${probe()} { @[pid] = count(); if (@hits++ > ${hits}) { exit() } } END { clear(@hits) }`
  const run = `${start} & "$0" -q -p $! -e "$1"; code=$?; kill $!; exit $code`
  const { stdout, code } = await runCli([...UNSHARE, 'sh', '-c', run, LAUNCHER, script], { program: 'unshare', timeoutMs: 10_000 })
  expect({ stdout: stdout.replace(/: \d+$/m, ': N'), code }).toEqual({ stdout: '\n\n@[2]: N\n', code: 0 })
})

test('a process outside of the namespace has no id in it', async () => {
  const script = `uprobe:${program.path}:report { @[pid, tid] = 1; exit() }`
  // The namespace is that of the tracer only: the program is started outside.
  const run = `"$0" >/dev/null & unshare ${UNSHARE.join(' ')} "$1" -q -e "$2"; code=$?; kill $!; exit $code`
  const { stdout, code } = await runCli(['-c', run, program.path, LAUNCHER, script], { program: 'sh' })
  expect({ stdout, code }).toEqual({ stdout: '\n\n@[0, 0]: 1\n', code: 0 })
})

test('a TypeScript program sees the same ids', async () => {
  mkdirSync(join(ROOT, 'build'), { recursive: true })
  const directory = mkdtempSync(join(ROOT, 'build/namespace-'))
  try {
    const library = { outfile: join(directory, 'library.mjs'), bundle: true, platform: 'node', format: 'esm' } as const
    buildSync({ ...library, entryPoints: [join(ROOT, 'src/index.ts')], external: ['koffi', 'acorn'] })
    writeFileSync(join(directory, 'program.mjs'), tracerOf(program.path))
    const words = [...UNSHARE, process.execPath, join(directory, 'program.mjs')]
    const { stdout, stderr, code } = await runCli(words, { program: 'unshare', timeoutMs: 10_000 })
    expect({ stdout, stderr, code }).toEqual({ stdout: 'true true\n', stderr: '', code: 0 })
  } finally {
    rmSync(directory, { recursive: true })
  }
})

const tracerOf = (path: string) => `
import { spawn } from 'node:child_process'
import { ringbuf, struct, trace, i32, u64, uprobe } from './library.mjs'
const events = ringbuf(struct({ pid: i32, tid: i32, ownPid: u64, ownTid: u64 }))
const probe = uprobe(${JSON.stringify(path)}, 'report', (ctx) => {
  events.emit({ pid: ctx.pid, tid: ctx.tid, ownPid: ctx.arg(0), ownTid: ctx.arg(1) })
})
const session = await trace({ events, probe })
const child = spawn(${JSON.stringify(path)})
for await (const { pid, tid, ownPid, ownTid } of session.events) {
  console.log(pid === child.pid && BigInt(pid) === ownPid, BigInt(tid) === ownTid)
  break
}
child.kill()
await session.close()
`
