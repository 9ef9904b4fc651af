/**
 * Whose hits count: those of a command from its first instruction on (`-c`), of one process (`-p`), of one cgroup and what
 * is below it (`--cgroup`).
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { findCgroup2Path } from '../../src/kernel/procfs/mounts.ts'
import { buildProgram, type CProgram } from '../support/c-program.ts'
import { type RunningCommand, runCli, startCli } from '../support/cli.ts'
import { eventually } from '../support/loading.ts'
import { needs } from '../support/needs.ts'
import { CLI_WAYS } from '../support/session-target.ts'
import { useTargets } from '../support/traced-targets.ts'

beforeEach((context) => needs(context, 'root', { command: 'gcc' }))
const targets = useTargets()

/** Calls `work` from its very first instruction on, without a libc, and ends. */
const CALLS = 1000
const AT_ONCE = `
volatile unsigned long counter;
__attribute__((noinline)) void work(void) { counter++; }
void calls(void) {
  for (int i = 0; i < ${CALLS}; i++) work();
  __asm__ volatile("syscall" : : "a"(231L), "D"(0L));
}
__asm__(".globl _start\\n_start: call work\\n and $-16, %rsp\\n call calls\\n hlt");
`
const RUNS = 20

describe('-c misses no hit', () => {
  const LINKS = [
    ['PIE', ['-nostdlib', '-fPIE', '-static-pie']],
    ['not PIE', ['-nostdlib', '-fno-pie', '-no-pie', '-static']],
    [
      'PIE with the dynamic linker',
      ['-nostdlib', '-fPIE', '-pie', '-Wl,-dynamic-linker,/lib64/ld-linux-x86-64.so.2', '-Wl,--no-as-needed', '-lc'],
    ],
  ] as const
  const programs = new Map<string, CProgram>()
  beforeAll(() => {
    for (const [name, flags] of LINKS) programs.set(name, buildProgram(AT_ONCE, flags))
  })
  afterAll(() => {
    for (const program of programs.values()) program.remove()
  })

  describe.each(CLI_WAYS)('by $way', ({ flags }) => {
    test.for(LINKS.map(([name]) => name))(`%s, ${RUNS} times`, { timeout: 180_000 }, async (name) => {
      const { path } = programs.get(name)!
      const words = [...flags, '-q', '-c', path, '-e', `uprobe:${path}:work { @[comm] = count(); }`]
      for (let run = 0; run < RUNS; run++) {
        expect(await runCli(words)).toEqual({ code: 0, signal: null, stdout: `\n\n@[program]: ${CALLS + 1}\n`, stderr: '' })
      }
    })
  })
})

describe.each(CLI_WAYS)('by $way', ({ flags }) => {
  test.for(['pie', 'no-pie'] as const)('-p: only this process counts (%s)', async (kind) => {
    const [wanted, other] = [targets.start(kind), targets.start(kind)]
    for (const target of [wanted, other]) await target.rounds(1)
    const script = `uprobe:${targets.get(kind).path}:work { @[pid] = count(); }`
    const tracer = startCli([...flags, '-p', String(wanted.pid), '-e', script])
    await tracer.waitFor(/Attached/)
    await other.rounds(11)
    await targets.start(kind).rounds(13)
    await wanted.rounds(7)
    expect(await interrupt(tracer)).toBe(`\n\n@[${wanted.pid}]: 7\n`)
  })

  test('-p: all threads of the process count', async () => {
    const target = targets.start('pie', 'spin')
    await target.rounds(0)
    const probe = `uprobe:${targets.get('pie').path}:work`
    const script = `${probe} /tid == pid/ { @main = count(); } ${probe} /tid != pid/ { if (!@seen) { printf("%d\\n", pid); } @seen = 1; }`
    const tracer = startCli([...flags, '-p', String(target.pid), '-e', script])
    await tracer.waitFor(/Attached/)
    await target.rounds(7)
    await tracer.waitFor(new RegExp(`^${target.pid}$`, 'm'))
    expect(await interrupt(tracer)).toBe(`${target.pid}\n\n\n@main: 7\n@seen: 1\n`)
  })

  test('neither: every process counts, running or not yet', async () => {
    const early = targets.start('pie')
    await early.rounds(1)
    const tracer = startCli([...flags, '-e', `uprobe:${targets.get('pie').path}:work { @ = count(); }`])
    await tracer.waitFor(/Attached/)
    await early.rounds(5)
    await targets.start('pie').rounds(6)
    expect(await interrupt(tracer)).toBe('\n\n@: 11\n')
  })
})

describe('--cgroup', () => {
  const groups: string[] = []
  const children: ChildProcess[] = []
  beforeEach((context) => {
    needs(context, 'cgroup2')
    const root = mkdtempSync(join(findCgroup2Path()!, 'borescope-test-'))
    for (const path of [root, join(root, 'traced'), join(root, 'traced/nested'), join(root, 'traced-not')]) {
      if (path !== root) mkdirSync(path)
      groups.unshift(path)
    }
  })
  afterEach(async () => {
    for (const child of children.splice(0)) {
      child.kill('SIGKILL')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    }
    // A group whose last process has just ended may still be busy.
    for (const path of groups.splice(0)) await eventually(() => removed(path), 5000)
  })

  const group = (name: string) => groups.find((path) => path.endsWith(`/${name}`))!

  /** Runs so many rounds in a process of a group. */
  async function callsIn(path: string | undefined, rounds: number): Promise<void> {
    const join = path === undefined ? '' : `echo $$ > '${path}/cgroup.procs' && `
    const child = spawn('/bin/sh', ['-c', `${join}exec ${targets.get('pie').path}`], { stdio: ['pipe', 'ignore', 'inherit'] })
    children.push(child)
    child.stdin!.end(`${rounds}\n`)
    expect(await once(child, 'exit')).toEqual([0, null])
  }

  describe.each(CLI_WAYS)('by $way', ({ flags }) => {
    test('tasks in the group and below it count, others do not', async () => {
      const script = `uprobe:${targets.get('pie').path}:work { @ = count(); printf("%d\\n", arg0); }`
      const tracer = startCli([...flags, '--cgroup', group('traced'), '-e', script])
      await tracer.waitFor(/Attached/)
      await callsIn(undefined, 1000)
      await callsIn(group('traced-not'), 200)
      await callsIn(group('traced'), 1)
      await callsIn(group('traced/nested'), 2)
      expect(await interrupt(tracer)).toBe('0\n0\n1\n\n\n@: 3\n')
    })

    test('the root of the hierarchy holds every task', async () => {
      const script = `uprobe:${targets.get('pie').path}:work { @ = count(); }`
      const tracer = startCli([...flags, '--cgroup', findCgroup2Path()!, '-e', script])
      await tracer.waitFor(/Attached/)
      await callsIn(undefined, 3)
      await callsIn(group('traced/nested'), 4)
      expect(await interrupt(tracer)).toBe('\n\n@: 7\n')
    })

    test('predicates and return probes are filtered, too', async () => {
      const { path } = targets.get('pie')
      const script = `uprobe:${path}:work /arg0 == 1/ { @one = count(); } uretprobe:${path}:work { @returned = sum(retval); }`
      const tracer = startCli([...flags, '--cgroup', group('traced'), '-e', script])
      await tracer.waitFor(/Attached/)
      await callsIn(group('traced-not'), 10)
      await callsIn(group('traced'), 4)
      expect(await interrupt(tracer)).toBe('\n\n@one: 1\n@returned: 12\n')
    })
  })

  test('a tracer outside of the group still runs BEGIN, END and intervals', async () => {
    const script = 'BEGIN { printf("begin\\n"); } interval:ms:1 { printf("tick\\n"); exit(); } END { printf("end\\n"); }'
    const { code, stdout } = await runCli(['-q', '--cgroup', group('traced'), '-e', script])
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'begin\ntick\nend\n\n\n' })
  })

  test('a task that moves into the group counts from then on', async () => {
    const target = targets.start('pie')
    await target.rounds(0)
    const tracer = startCli(['--cgroup', group('traced'), '-e', `uprobe:${targets.get('pie').path}:work { @ = count(); }`])
    await tracer.waitFor(/Attached/)
    await target.rounds(10)
    writeFileSync(join(group('traced'), 'cgroup.procs'), `${target.pid}\n`)
    await target.rounds(3)
    expect(await interrupt(tracer)).toBe('\n\n@: 3\n')
    await target.stop()
  })
})

/** Ends a tracer in order; answers what it has printed. */
async function interrupt(tracer: RunningCommand): Promise<string> {
  tracer.process.kill('SIGINT')
  const { code, stdout } = await tracer.result
  expect(code).toBe(0)
  return stdout
}

function removed(path: string): boolean {
  try {
    rmdirSync(path)
    return true
  } catch {
    return false
  }
}
