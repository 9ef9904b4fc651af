/**
 * The tracer goes away, by `kill -9` or in order: nothing of it stays in the kernel, in its target or among the processes,
 * and what it starts gets no descriptor of it.
 */
import { once } from 'node:events'
import { readdirSync, readlinkSync } from 'node:fs'
import { beforeEach, describe, expect, test } from 'vitest'
import { isAlive } from '../../src/kernel/procfs/processes.ts'
import { type RunningCommand, runCli, startCli } from '../support/cli.ts'
import { eventually } from '../support/loading.ts'
import { needs } from '../support/needs.ts'
import { type BpfIds, bpfIdsOf, CLI_WAYS, childOf, codeAt, NOTHING, remaining } from '../support/session-target.ts'
import type { RunningTarget } from '../support/target.ts'
import { useTargets } from '../support/traced-targets.ts'

const DEADLINE_MS = 10_000

const targets = useTargets()
beforeEach((context) => needs(context, 'root', { command: 'gcc' }))

/** A script with every kind of program and map that a run may have. */
const script = (path: string) => `
  BEGIN { printf("begin\\n"); }
  uprobe:${path}:work, uprobe:${path}:other { @[pid] = count(); @last = nsecs; @h = hist(arg0); printf("hit\\n"); }
  uretprobe:${path}:work { @returned = count(); }
  profile:hz:20 /pid == 1/ { @p = count(); }
  interval:s:100 { print(@last); }
  END { clear(@); clear(@last); clear(@h); clear(@returned); printf("end\\n"); }`

interface Traced {
  readonly target: RunningTarget
  readonly tracer: RunningCommand
  readonly ids: BpfIds
}

/** Traces a spinning target; answers once hits have come. */
async function traceSpinning(flags: readonly string[]): Promise<Traced> {
  const target = targets.start('pie', 'spin')
  await target.rounds(0)
  const { path, site } = targets.get('pie')
  const tracer = startCli([...flags, '-p', String(target.pid), '-e', script(path)])
  await tracer.waitFor(/begin\nhit\n/)
  const { inFile, inMemory } = codeAt(path, site('work'), target.pid)
  expect(inMemory.startsWith('cc')).toBe(true)
  expect(inMemory).not.toBe(inFile)
  const ids = bpfIdsOf(tracer.pid)
  expect(remaining(ids)).toEqual(ids)
  expect([ids.PROG.length, ids.MAP.length, ids.LINK.length].every((count) => count >= 3)).toBe(true)
  return { target, tracer, ids }
}

/** Everything is gone within the deadline, and the target goes on as if nothing had been. */
async function expectNothingLeft({ target, ids }: Traced): Promise<void> {
  const isClean = () => [...Object.values(remaining(ids))].every((left) => left.length === 0)
  await eventually(isClean, DEADLINE_MS)
  expect(remaining(ids)).toEqual(NOTHING)
  const { path, site } = targets.get('pie')
  for (const name of ['work', 'other']) {
    const isRestored = () => codeAt(path, site(name), target.pid).inMemory === codeAt(path, site(name), target.pid).inFile
    expect(await eventually(isRestored, DEADLINE_MS), `code of ${name}`).toBe(true)
  }
  const before = await target.rounds(100)
  expect(await target.rounds(100)).toBeGreaterThanOrEqual(before + 100)
}

describe.each(CLI_WAYS)('by $way', ({ flags }) => {
  test('kill -9 leaves no program, map, link or breakpoint behind', async () => {
    const traced = await traceSpinning(flags)
    traced.tracer.process.kill('SIGKILL')
    expect(await traced.tracer.result).toMatchObject({ code: null, signal: 'SIGKILL' })
    await expectNothingLeft(traced)
  })

  test('neither does an end in order', async () => {
    const traced = await traceSpinning(flags)
    traced.tracer.process.kill('SIGINT')
    expect(await traced.tracer.result).toMatchObject({ code: 0, signal: null, stdout: expect.stringContaining('end\n') })
    await expectNothingLeft(traced)
  })

  test('nor a failure after everything was attached', async () => {
    const target = targets.start('pie', 'spin')
    await target.rounds(0)
    const { path, site } = targets.get('pie')
    const tracer = startCli([...flags, '-o', '/dev/full', '-e', `BEGIN { printf("begin\\n"); } uprobe:${path}:work { @ = count(); }`])
    expect(await tracer.result).toMatchObject({ code: 1, stderr: expect.stringContaining('ENOSPC') })
    const { inFile, inMemory } = codeAt(path, site('work'), target.pid)
    expect(inMemory).toBe(inFile)
  })

  test('other runs come and go on the same functions of a target that is traced', async () => {
    const traced = await traceSpinning(flags)
    const { path } = targets.get('pie')
    for (let round = 0; round < 5; round++) {
      const result = await runCli([...flags, '--dry-run', '-p', String(traced.target.pid), '-e', script(path)])
      expect(result).toMatchObject({ code: 0, stderr: expect.stringContaining('Attached') })
    }
    traced.tracer.process.kill('SIGTERM')
    expect(await traced.tracer.result).toMatchObject({ code: 0 })
    await expectNothingLeft(traced)
  })
})

describe('a command', () => {
  test('has no descriptor of the tracer', async () => {
    const { path } = targets.get('pie')
    const tracer = startCli(['-c', `${path} spin`, '-e', script(path)], { input: { kind: 'open' } })
    await tracer.waitFor(/hit/)
    const pid = childOf(tracer.pid)!
    expect(descriptors(tracer.pid).filter(isOfTracer)).not.toEqual([])
    expect(descriptors(pid).filter(isOfTracer)).toEqual([])
    tracer.process.kill('SIGINT')
    await tracer.result
  })

  test.for(['SIGINT', 'SIGTERM'] as const)('ends with the tracer on %s', async (signal) => {
    const { path } = targets.get('pie')
    const tracer = startCli(['-c', `${path} spin`, '-e', script(path)], { input: { kind: 'open' } })
    await tracer.waitFor(/hit/)
    const pid = childOf(tracer.pid)!
    tracer.process.kill(signal)
    expect(await tracer.result).toMatchObject({ code: 0, signal: null, stdout: expect.stringContaining('end\n') })
    expect(isAlive(pid)).toBe(false)
  })

  test('that ignores SIGTERM is killed', async () => {
    const { path } = targets.get('pie')
    const command = `sh -c 'trap "" TERM INT; ${path} spin'`
    const tracer = startCli(['-c', command, '-e', script(path)], { input: { kind: 'open' } })
    await tracer.waitFor(/hit/)
    const shell = childOf(tracer.pid)!
    const spinning = childOf(shell) ?? shell
    tracer.process.kill('SIGINT')
    // Whoever holds stdout open keeps `result` waiting: the target itself outlives its shell.
    await once(tracer.process, 'exit')
    expect(tracer.process.exitCode).toBe(0)
    expect(isAlive(shell)).toBe(false)
    if (isAlive(spinning)) process.kill(spinning, 'SIGKILL')
  })
})

test('a running tracer has open what it needs, and nothing twice', async () => {
  const { path } = targets.get('pie')
  const tracer = startCli(['-e', `uprobe:${path}:work { @ = count(); }`])
  await tracer.waitFor(/Attached/)
  const kinds = descriptors(tracer.pid)
  expect(kinds).not.toContain(path)
  expect(kinds.filter((target) => target === 'anon_inode:bpf-prog')).toHaveLength(1)
  expect(kinds.filter((target) => target.includes('bpf_link') || target.includes('bpf-link'))).toHaveLength(1)
  tracer.process.kill('SIGINT')
  await tracer.result
})

/** What a process has open. */
function descriptors(pid: number): readonly string[] {
  return readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`))
}

/** Neither a stream of its own nor what the test itself was started with. */
function isOfTracer(target: string): boolean {
  return target.startsWith('anon_inode:')
}
