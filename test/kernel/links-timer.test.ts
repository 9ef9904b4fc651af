/**
 * Tracepoints and timers on the real kernel, attached by links and by ioctls.
 */
import { spawn } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { alu64, atomic, immediate, jump, loadImmediate64, mov64, register, store } from '../../src/format/asm/construct.ts'
import { readOnlineCpus } from '../../src/kernel/procfs/cpus.ts'
import type { AttachPoint } from '../../src/spec/attach-point.ts'
import { watchFdLeaks } from '../support/fd-leaks.ts'
import { counterValue, sleep, withObject } from '../support/loading.ts'
import { needs } from '../support/needs.ts'
import { call, counterMap, countRuns, END, increment, object, program, words } from '../support/programs.ts'
import { useTargets } from '../support/traced-targets.ts'

watchFdLeaks()

const targets = useTargets()

describe.each([
  ['links', []],
  ['ioctls', ['perf_event_link']],
])('perf events by %s', (_, disabledFeatures) => {
  const options = { disabledFeatures }
  const events = (point: AttachPoint, instructions = countRuns()) =>
    object([counterMap('count')], [program('perf_event', instructions, [point])])

  test('an interval ticks at its period, on one CPU', async (context) => {
    needs(context, 'root')
    const point = { kind: 'interval', timer: { periodNs: 10_000_000n } } as const
    await withObject(
      events(point),
      async (loaded) => {
        const start = performance.now()
        expect(loaded.attach('test', point)).toMatchObject({ how: 'perf_event', siteCount: 1 })
        await sleep(500)
        const due = (performance.now() - start) / 10
        expect(Number(counterValue(loaded))).toBeGreaterThan(due * 0.8)
        expect(Number(counterValue(loaded))).toBeLessThanOrEqual(due + 1)
      },
      options,
    )
  })

  test('a profile ticks on every online CPU', async (context) => {
    needs(context, 'root')
    const cpus = readOnlineCpus()
    const point = { kind: 'profile', timer: { frequencyHz: 100n } } as const
    const perCpu = { name: 'count', kind: 'percpu_array', keySize: 4, valueSize: 8, maxEntries: 1 } as const
    const spec = object([perCpu], [program('perf_event', countPerCpu(), [point])])
    await withObject(
      spec,
      async (loaded) => {
        // A processor that sleeps has no ticks (bpftrace sees none there either): each gets something to do.
        const busy = cpus.map((cpu) => spawn('taskset', ['-c', String(cpu), 'sh', '-c', 'while :; do :; done']))
        context.onTestFinished(() => {
          for (const child of busy) child.kill('SIGKILL')
        })
        expect(loaded.attach('test', point).siteCount).toBe(cpus.length)
        await sleep(1000)
        const counts = loaded
          .map('count')
          .lookup(new Uint8Array(4))!
          .map((value) => Number(words(value)[0]))
        for (const cpu of cpus) expect(counts[cpu], `ticks of CPU ${cpu}`).toBeGreaterThan(20)
      },
      options,
    )
  })

  test('a profile of a process counts the time that its threads run, also those started later', async (context) => {
    needs(context, 'root', { command: 'gcc' })
    const [idle, spinning] = [targets.start('pie'), targets.start('pie', 'spin')]
    await Promise.all([idle.rounds(0), spinning.rounds(0)])
    const ticks = async (pid: number) => {
      const point = { kind: 'profile', timer: { frequencyHz: 500n }, pid } as const
      return withObject(
        events(point),
        async (loaded) => {
          loaded.attach('test', point)
          await sleep(300)
          return Number(counterValue(loaded))
        },
        options,
      )
    }
    expect(await ticks(idle.pid)).toBeLessThan(5)
    expect(await ticks(spinning.pid)).toBeGreaterThan(20)
  })

  test('a tracepoint sees what a process does, on whatever CPU', async (context) => {
    needs(context, 'root', { command: 'gcc' })
    const process = targets.start('pie')
    await process.rounds(0)
    const point = { kind: 'tracepoint', category: 'raw_syscalls', event: 'sys_enter' } as const
    const spec = object([counterMap('count')], [program('tracepoint', countRunsOf(process.pid), [point])])
    await withObject(
      spec,
      async (loaded) => {
        loaded.attach('test', point)
        for (let round = 0; round < 10; round++) await process.rounds(1)
        // Each answer is one write(2), and a read(2) for the next line begins behind it.
        expect(Number(counterValue(loaded))).toBeGreaterThanOrEqual(19)
      },
      options,
    )
  })
})

test('a tracepoint that is not there says how to find one', async (context) => {
  needs(context, 'root')
  const point = { kind: 'tracepoint', category: 'sched', event: '../../x' } as const
  const spec = object([counterMap('count')], [program('tracepoint', countRuns(), [point])])
  await withObject(spec, (loaded) => {
    expect(() => loaded.attach('test', point)).toThrow(
      expect.objectContaining({
        message: 'there is no tracepoint sched:../../x',
        remedy: expect.stringContaining("borescope -l 'tracepoint:sched:*'"),
      }),
    )
  })
})

test('a rate that the kernel refuses is one clear sentence', async (context) => {
  needs(context, 'root')
  const point = { kind: 'profile', timer: { frequencyHz: 2_000_000n } } as const
  const spec = object([counterMap('count')], [program('perf_event', countRuns(), [point])])
  await withObject(spec, (loaded) => {
    expect(() => loaded.attach('test', point)).toThrow('2000000 times a second is more than the kernel allows')
  })
})

/** Adds one on the CPU that it runs on. */
function countPerCpu() {
  const add = [mov64(2, immediate(1)), atomic('add', { base: 0, offset: 0, bytes: 8 }, 2)]
  return [
    store({ base: 10, offset: -4, bytes: 4 }, immediate(0)),
    loadImmediate64(1, { kind: 'map', map: 'count' }),
    mov64(2, register(10)),
    alu64('add', 2, immediate(-4)),
    call('map_lookup_elem'),
    jump('jeq', { dst: 0, source: immediate(0) }, add.length),
    ...add,
    ...END,
  ]
}

/** Counts runs in the process `pid`. */
function countRunsOf(pid: number) {
  const skipUnlessEqual = (count: number) => jump('jne', { dst: 0, source: immediate(pid) }, count)
  return [call('get_current_pid_tgid'), alu64('rsh', 0, immediate(32)), skipUnlessEqual(4), ...increment('count'), ...END]
}
