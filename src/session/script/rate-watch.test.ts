import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { fileOffset, virtualOffset } from '../../base/address.ts'
import { PermissionError } from '../../base/errors.ts'
import type { Execution } from '../../spec/attach-point.ts'
import type { LoadedObject } from '../../spec/executor.ts'
import type { AttachedProbe } from './attach-all.ts'
import { watchRates } from './rate-watch.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Probes by the rate at which they are hit, in hits a second. */
function watching(
  rates: Readonly<Record<string, number>>,
  options: { maxRate?: number; execution?: Execution; permission?: boolean } = {},
) {
  const { maxRate, execution = 'single-stepped', permission = true } = options
  const said: string[] = []
  const detached: string[] = []
  let open = 0
  const start = performance.now()
  const attached = Object.keys(rates).map((program): AttachedProbe => {
    const site = { symbol: program, offset: fileOffset(1), address: virtualOffset(1n), placement: 'entry', execution, cookie: 0n } as const
    const link = { how: 'uprobe_multi', siteCount: 1, close: () => void detached.push(program) }
    return { program, point: { kind: 'uprobe', path: '/p', sites: [site], return: false }, link }
  })
  const countHits = () => {
    if (!permission) throw new PermissionError('counting', ['CAP_SYS_ADMIN'])
    open++
    return {
      hits: (program: string) => BigInt(Math.round(((performance.now() - start) / 1000) * (rates[program] ?? 0))),
      close: () => void open--,
    }
  }
  const stop = watchRates({
    loaded: { countHits } as unknown as LoadedObject,
    attached,
    maxRate,
    err: { write: (text) => void said.push(text), flush: () => {} },
  })
  return { said, detached, stop, open: () => open }
}

test('a probe that takes more than a tenth of a core is told once, without counting for long', () => {
  const { said, detached, open } = watching({ hot: 20_000, warm: 5000 })
  vi.advanceTimersByTime(1900)
  expect(open()).toBe(0)
  vi.advanceTimersByTime(200)
  expect(open()).toBe(1)
  vi.advanceTimersByTime(10_000)
  expect(open()).toBe(0)
  expect(said).toEqual(['WARNING: uprobe:/p:hot: 20000 hits a second, at about 15 us each, take 30% of a core from the traced program\n'])
  expect(detached).toEqual([])
})

test('the same rate is no reason where the kernel emulates the instruction', () => {
  const { said } = watching({ hot: 20_000 }, { execution: 'emulated' })
  vi.advanceTimersByTime(10_000)
  expect(said).toEqual([])
})

test('with a limit, what is hit more often is detached, and the rest goes on', () => {
  const { said, detached, open, stop } = watching({ hot: 20_000, warm: 5000 }, { maxRate: 10_000 })
  vi.advanceTimersByTime(3000)
  expect(detached).toEqual(['hot'])
  expect(said).toEqual(['WARNING: uprobe:/p:hot: detached, since 20000 hits a second are more than the 10000 of --max-rate\n'])
  expect(open()).toBe(1)
  stop()
  expect(open()).toBe(0)
})

test('nothing is counted where nobody may', () => {
  const { said } = watching({ hot: 20_000 }, { permission: false })
  vi.advanceTimersByTime(10_000)
  expect(said).toEqual([])
  expect(() => watching({ hot: 1 }, { permission: false, maxRate: 5 })).toThrow(PermissionError)
})

test('a run that ends before never counts', () => {
  const { stop, open } = watching({ hot: 20_000 })
  stop()
  vi.advanceTimersByTime(10_000)
  expect(open()).toBe(0)
})
