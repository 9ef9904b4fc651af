/**
 * Uprobes on the real kernel, attached both ways to a small C target.
 */
import { describe, expect, test } from 'vitest'
import { fileOffset } from '../../src/base/address.ts'
import { NotSupportedError, UsageError } from '../../src/base/errors.ts'
import { isAlive } from '../../src/kernel/procfs/processes.ts'
import type { AttachPoint } from '../../src/spec/attach-point.ts'
import { tracingFds, watchFdLeaks } from '../support/fd-leaks.ts'
import { counterValue, eventually, sleep, UPROBE_WAYS, withObject } from '../support/loading.ts'
import { needs } from '../support/needs.ts'
import { attachCookie, contextWord, processAndThread } from '../support/programs.ts'
import type { RunningTarget } from '../support/target.ts'
import { counting, drainWords, sending, uprobe, useTargets } from '../support/traced-targets.ts'

watchFdLeaks()

/** Offset of `ax` in `struct pt_regs` of x86-64: what a function returns. */
const RESULT_OFFSET = 80

const targets = useTargets()

describe.each(UPROBE_WAYS)('uprobes by $way', ({ way, disabledFeatures }) => {
  const options = { disabledFeatures }

  describe.each(['pie', 'no-pie'] as const)('in a %s executable', (kind) => {
    test('every call is one hit, in processes that run and in those that start later', async (context) => {
      needs(context, 'root', { command: 'gcc' })
      const target = targets.get(kind)
      const early = targets.start(kind)
      const point = uprobe(target.path, [target.site('work')])
      await withObject(
        counting(point),
        async (loaded) => {
          const link = loaded.attach('test', point)
          expect(link).toMatchObject({ how: way, siteCount: 1 })
          expect(link.refused).toBeUndefined()
          await early.rounds(1000)
          expect(counterValue(loaded)).toBe(1000n)
          await targets.start(kind).rounds(7)
          expect(counterValue(loaded)).toBe(1007n)
          link.close()
          link.close()
          await early.rounds(10)
          expect(counterValue(loaded)).toBe(1007n)
        },
        options,
      )
    })

    test('a return probe sees what the function returned', async (context) => {
      needs(context, 'root', { command: 'gcc' })
      const target = targets.get(kind)
      const point = uprobe(target.path, [target.site('work')], { return: true })
      await withObject(
        sending(point, [contextWord(RESULT_OFFSET)]),
        async (loaded) => {
          loaded.attach('test', point)
          await targets.start(kind).rounds(4)
          expect(drainWords(loaded).flat()).toEqual([0n, 2n, 4n, 6n])
        },
        options,
      )
    })
  })

  test('each site has its cookie', async (context) => {
    needs(context, 'root', { command: 'gcc' }, { feature: 'attach_cookie' })
    const target = targets.get('pie')
    const sites = [
      { ...target.site('work'), cookie: 0xffff_0000_0000_0001n },
      { ...target.site('other'), cookie: 2n },
    ]
    const point = uprobe(target.path, sites)
    await withObject(
      sending(point, [attachCookie]),
      async (loaded) => {
        expect(loaded.attach('test', point).siteCount).toBe(2)
        await targets.start('pie').rounds(2)
        expect(drainWords(loaded).flat()).toEqual([0xffff_0000_0000_0001n, 2n, 0xffff_0000_0000_0001n, 2n])
      },
      options,
    )
  })

  test('a pid keeps other processes out', async (context) => {
    needs(context, 'root', { command: 'gcc' })
    const target = targets.get('pie')
    const [wanted, other] = [targets.start('pie'), targets.start('pie')]
    await wanted.rounds(1)
    const point = uprobe(target.path, [target.site('work')], { pid: wanted.pid })
    await withObject(
      sending(point, [processAndThread]),
      async (loaded) => {
        loaded.attach('test', point)
        await other.rounds(100)
        await wanted.rounds(3)
        expect(drainWords(loaded).map(([task]) => task! >> 32n)).toEqual(Array(3).fill(BigInt(wanted.pid)))
      },
      options,
    )
  })

  test('a pid also covers the threads of the process', async (context) => {
    needs(context, 'root', { command: 'gcc' })
    const target = targets.get('pie')
    const spinning = targets.start('pie', 'spin')
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

  test('sites that the kernel refuses are named and left out; the others are probed once', async (context) => {
    needs(context, 'root', { command: 'gcc' })
    const target = targets.get('pie')
    const process = targets.start('pie')
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

  test('a point of refused sites only is an error that names one', async (context) => {
    needs(context, 'root', { command: 'gcc' })
    const target = targets.get('pie')
    await targets.start('pie').rounds(0)
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

  test.for<[name: string, point: Partial<Extract<AttachPoint, { kind: 'uprobe' }>>, message: RegExp]>([
    ['a file that is not there', { path: '/nonexistent/file' }, /no such file: \/nonexistent\/file/],
    ['a directory', { path: '/usr' }, /\/usr is not a regular file/],
    ['a process that is not there', { pid: 0x3fff_ff00 }, /no process has the id 1073741568/],
  ])('%s is one clear sentence', async ([, wrong, message], context) => {
    needs(context, 'root', { command: 'gcc' })
    const target = targets.get('pie')
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
    const target = targets.get('pie')
    const point = uprobe(target.path, [{ ...target.site('work'), offset: fileOffset(1 << 30) }])
    await withObject(counting(point), (loaded) => expect(() => loaded.attach('test', point)).toThrow(/lies outside of the file/), options)
  })

  test('100 rounds of attaching leave a running target alive and as fast as before', async (context) => {
    needs(context, 'root', { command: 'gcc' })
    const target = targets.get('pie')
    const spinning = targets.start('pie', 'spin')
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

  test('two tracers on one function both see every call', async (context) => {
    needs(context, 'root', { command: 'gcc' })
    const target = targets.get('pie')
    const point = uprobe(target.path, [target.site('work')])
    await withObject(counting(point), (first) =>
      withObject(
        counting(point),
        async (second) => {
          for (const loaded of [first, second]) loaded.attach('test', point)
          await targets.start('pie').rounds(20)
          expect([counterValue(first), counterValue(second)]).toEqual([20n, 20n])
        },
        options,
      ),
    )
  })
})

test('ten thousand sites are attached by one link in a moment', async (context) => {
  needs(context, 'root', { command: 'gcc' }, { feature: 'uprobe_multi' })
  const target = targets.get('pie')
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
  const target = targets.get('pie')
  const spinning = targets.start('pie', 'spin')
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
