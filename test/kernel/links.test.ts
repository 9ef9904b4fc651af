/**
 * Attaching on the real kernel: uprobes both ways on a small C target, tracepoints and timers.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fileOffset } from '../../src/base/address.ts'
import { NotSupportedError, UsageError } from '../../src/base/errors.ts'
import { alu64, atomic, immediate, jump, loadImmediate64, mov64, register, store } from '../../src/format/asm/construct.ts'
import type { KernelObject } from '../../src/kernel/loader/kernel-object.ts'
import { readOnlineCpus } from '../../src/kernel/procfs/cpus.ts'
import { isAlive } from '../../src/kernel/procfs/processes.ts'
import type { AttachPoint, UprobeSite } from '../../src/spec/attach-point.ts'
import { tracingFds, watchFdLeaks } from '../support/fd-leaks.ts'
import { counterValue, eventually, sleep, UPROBE_WAYS, withObject } from '../support/loading.ts'
import { needs } from '../support/needs.ts'
import {
  attachCookie,
  call,
  contextWord,
  counterMap,
  countRuns,
  END,
  increment,
  object,
  processAndThread,
  program,
  ringMap,
  sendRecord,
  words,
} from '../support/programs.ts'
import { buildTarget, type RunningTarget, type Target } from '../support/target.ts'

watchFdLeaks()

/** Offset of `ax` in `struct pt_regs` of x86-64: what a function returns. */
const RESULT_OFFSET = 80

const targets = new Map<string, Target>()
beforeAll(() => {
  for (const kind of ['pie', 'no-pie'] as const) targets.set(kind, buildTarget(kind))
})
afterAll(() => {
  for (const target of targets.values()) target.remove()
})

const running: RunningTarget[] = []

function startTarget(target: Target, mode?: 'spin'): RunningTarget {
  const started = target.start(mode)
  running.push(started)
  return started
}

async function withTargets<T>(use: () => Promise<T>): Promise<T> {
  try {
    return await use()
  } finally {
    for (const target of running.splice(0)) await target.stop()
  }
}

const uprobe = (path: string, sites: readonly UprobeSite[], more: { pid?: number; return?: boolean } = {}) =>
  ({ kind: 'uprobe', path, sites, return: false, ...more }) as const satisfies AttachPoint

const counting = (point: AttachPoint) => object([counterMap('count')], [program('kprobe', countRuns(), [point])])

const sending = (point: AttachPoint, values: Parameters<typeof sendRecord>[0]) =>
  object([ringMap('events'), counterMap('lost')], [program('kprobe', sendRecord(values), [point])])

function drained(loaded: KernelObject): (readonly bigint[])[] {
  const records: (readonly bigint[])[] = []
  loaded.drain('events', (record) => void records.push(words(record)))
  return records
}

describe.each(UPROBE_WAYS)('uprobes by $way', ({ way, disabledFeatures }) => {
  const options = { disabledFeatures }

  describe.each(['pie', 'no-pie'])('in a %s executable', (kind) => {
    test('every call is one hit, in processes that run and in those that start later', async (context) => {
      needs(context, 'root', { command: 'gcc' })
      const target = targets.get(kind)!
      await withTargets(async () => {
        const early = startTarget(target)
        const point = uprobe(target.path, [target.site('work')])
        await withObject(
          counting(point),
          async (loaded) => {
            const link = loaded.attach('test', point)
            expect(link).toMatchObject({ how: way, siteCount: 1 })
            expect(link.refused).toBeUndefined()
            await early.rounds(1000)
            expect(counterValue(loaded)).toBe(1000n)
            await startTarget(target).rounds(7)
            expect(counterValue(loaded)).toBe(1007n)
            link.close()
            link.close()
            await early.rounds(10)
            expect(counterValue(loaded)).toBe(1007n)
          },
          options,
        )
      })
    })

    test('a return probe sees what the function returned', async (context) => {
      needs(context, 'root', { command: 'gcc' })
      const target = targets.get(kind)!
      await withTargets(async () => {
        const point = uprobe(target.path, [target.site('work')], { return: true })
        await withObject(
          sending(point, [contextWord(RESULT_OFFSET)]),
          async (loaded) => {
            loaded.attach('test', point)
            await startTarget(target).rounds(4)
            expect(drained(loaded).flat()).toEqual([0n, 2n, 4n, 6n])
          },
          options,
        )
      })
    })
  })

  test('each site has its cookie', async (context) => {
    needs(context, 'root', { command: 'gcc' }, { feature: 'attach_cookie' })
    const target = targets.get('pie')!
    await withTargets(async () => {
      const sites = [
        { ...target.site('work'), cookie: 0xffff_0000_0000_0001n },
        { ...target.site('other'), cookie: 2n },
      ]
      const point = uprobe(target.path, sites)
      await withObject(
        sending(point, [attachCookie]),
        async (loaded) => {
          expect(loaded.attach('test', point).siteCount).toBe(2)
          await startTarget(target).rounds(2)
          expect(drained(loaded).flat()).toEqual([0xffff_0000_0000_0001n, 2n, 0xffff_0000_0000_0001n, 2n])
        },
        options,
      )
    })
  })

  test('a pid keeps other processes out', async (context) => {
    needs(context, 'root', { command: 'gcc' })
    const target = targets.get('pie')!
    await withTargets(async () => {
      const [wanted, other] = [startTarget(target), startTarget(target)]
      await wanted.rounds(1)
      const point = uprobe(target.path, [target.site('work')], { pid: wanted.pid })
      await withObject(
        sending(point, [processAndThread]),
        async (loaded) => {
          loaded.attach('test', point)
          await other.rounds(100)
          await wanted.rounds(3)
          expect(drained(loaded).map(([task]) => task! >> 32n)).toEqual(Array(3).fill(BigInt(wanted.pid)))
        },
        options,
      )
    })
  })

  test('a pid also covers the threads of the process', async (context) => {
    needs(context, 'root', { command: 'gcc' })
    const target = targets.get('pie')!
    await withTargets(async () => {
      const spinning = startTarget(target, 'spin')
      await spinning.rounds(0)
      const point = uprobe(target.path, [target.site('work')], { pid: spinning.pid })
      await withObject(
        counting(point),
        async (loaded) => {
          loaded.attach('test', point)
          expect(await eventually(() => counterValue(loaded) > 100n)).toBe(true)
        },
        options,
      )
    })
  })

  test('sites that the kernel refuses are named and left out; the others are probed once', async (context) => {
    needs(context, 'root', { command: 'gcc' })
    const target = targets.get('pie')!
    await withTargets(async () => {
      const process = startTarget(target)
      await process.rounds(0)
      const point = uprobe(target.path, [target.site('work'), target.site('locked'), target.site('other')])
      await withObject(
        counting(point),
        async (loaded) => {
          const link = loaded.attach('test', point)
          expect(link.siteCount).toBe(2)
          expect(link.refused).toEqual([{ symbol: 'locked', reason: expect.stringContaining('cannot probe this instruction') }])
          await process.rounds(50)
          expect(counterValue(loaded)).toBe(100n)
        },
        options,
      )
    })
  })

  test('a point of refused sites only is an error that names one', async (context) => {
    needs(context, 'root', { command: 'gcc' })
    const target = targets.get('pie')!
    await withTargets(async () => {
      await startTarget(target).rounds(0)
      const point = uprobe(target.path, [target.site('locked')])
      await withObject(
        counting(point),
        (loaded) => {
          const before = tracingFds()
          expect(() => loaded.attach('test', point)).toThrow(NotSupportedError)
          expect(() => loaded.attach('test', point)).toThrow(/a probe at locked of .*target is not supported here/)
          expect(tracingFds()).toEqual(before)
        },
        options,
      )
    })
  })

  test.for<[name: string, point: Partial<Extract<AttachPoint, { kind: 'uprobe' }>>, message: RegExp]>([
    ['a file that is not there', { path: '/nonexistent/file' }, /no such file: \/nonexistent\/file/],
    ['a directory', { path: '/usr' }, /\/usr is not a regular file/],
    ['a process that is not there', { pid: 0x3fff_ff00 }, /no process has the id 1073741568/],
  ])('%s is one clear sentence', async ([, wrong, message], context) => {
    needs(context, 'root', { command: 'gcc' })
    const target = targets.get('pie')!
    const point = { ...uprobe(target.path, [target.site('work')]), ...wrong }
    await withObject(
      counting(point),
      (loaded) => {
        expect(() => loaded.attach('test', point)).toThrow(UsageError)
        expect(() => loaded.attach('test', point)).toThrow(message)
      },
      options,
    )
  })

  test('an offset beyond the file is refused', async (context) => {
    needs(context, 'root', { command: 'gcc' })
    const target = targets.get('pie')!
    const point = uprobe(target.path, [{ ...target.site('work'), offset: fileOffset(1 << 30) }])
    await withObject(counting(point), (loaded) => expect(() => loaded.attach('test', point)).toThrow(/lies outside of the file/), options)
  })

  test('100 rounds of attaching leave a running target alive and as fast as before', async (context) => {
    needs(context, 'root', { command: 'gcc' })
    const target = targets.get('pie')!
    await withTargets(async () => {
      const spinning = startTarget(target, 'spin')
      const point = uprobe(target.path, [target.site('work')], { pid: spinning.pid })
      await spinning.rounds(0)
      const before = await bestRate(spinning)
      await withObject(
        counting(point),
        async (loaded) => {
          for (let round = 0; round < 100; round++) {
            const hits = counterValue(loaded)
            const link = loaded.attach('test', point)
            if (round % 10 === 0) expect(await eventually(() => counterValue(loaded) > hits), `hits in round ${round}`).toBe(true)
            link.close()
          }
        },
        options,
      )
      expect(isAlive(spinning.pid)).toBe(true)
      expect(await bestRate(spinning)).toBeGreaterThan(before / 3)
    })
  })

  test('two tracers on one function both see every call', async (context) => {
    needs(context, 'root', { command: 'gcc' })
    const target = targets.get('pie')!
    const point = uprobe(target.path, [target.site('work')])
    await withTargets(() =>
      withObject(counting(point), (first) =>
        withObject(
          counting(point),
          async (second) => {
            for (const loaded of [first, second]) loaded.attach('test', point)
            await startTarget(target).rounds(20)
            expect([counterValue(first), counterValue(second)]).toEqual([20n, 20n])
          },
          options,
        ),
      ),
    )
  })
})

test('ten thousand sites are attached by one link in a moment', async (context) => {
  needs(context, 'root', { command: 'gcc' }, { feature: 'uprobe_multi' })
  const target = targets.get('pie')!
  const sites = Array.from({ length: 10_000 }, (_, i) => ({ ...target.site('work'), cookie: BigInt(i) }))
  const point = uprobe(target.path, sites)
  await withObject(counting(point), (loaded) => {
    const start = performance.now()
    expect(loaded.attach('test', point).siteCount).toBe(10_000)
    expect(performance.now() - start).toBeLessThan(2000)
  })
})

test('a target that is killed while it is traced ends; its link still closes', async (context) => {
  needs(context, 'root', { command: 'gcc' })
  const target = targets.get('pie')!
  const spinning = target.start('spin')
  const point = uprobe(target.path, [target.site('work')], { pid: spinning.pid })
  await withObject(counting(point), async (loaded) => {
    loaded.attach('test', point)
    expect(await eventually(() => counterValue(loaded) > 0n)).toBe(true)
    await spinning.stop()
    const hits = counterValue(loaded)
    await sleep(20)
    expect(counterValue(loaded)).toBe(hits)
  })
})

/** Calls a second of the spinning thread, the best of some short windows. */
async function bestRate(target: RunningTarget): Promise<number> {
  let best = 0
  for (let window = 0; window < 5; window++) {
    const [start, before] = [performance.now(), await target.rounds(0)]
    await sleep(40)
    best = Math.max(best, ((await target.rounds(0)) - before) / (performance.now() - start))
  }
  return best
}

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
        expect(loaded.attach('test', point).siteCount).toBe(cpus.length)
        await sleep(400)
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
    const target = targets.get('pie')!
    await withTargets(async () => {
      const [idle, spinning] = [startTarget(target), startTarget(target, 'spin')]
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
  })

  test('a tracepoint sees what a process does, on whatever CPU', async (context) => {
    needs(context, 'root', { command: 'gcc' })
    const target = targets.get('pie')!
    await withTargets(async () => {
      const process = startTarget(target)
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
