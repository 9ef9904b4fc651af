/**
 * TypeScript programs on the real kernel: the functions below are compiled from their own source, attached to a small C
 * program that does exactly as many rounds as it is told, and their maps and records read back.
 */
import {
  array,
  ClosedError,
  Executable,
  hash,
  i32,
  nsecs,
  ProgramError,
  ringbuf,
  string,
  struct,
  trace,
  UsageError,
  u32,
  u64,
  uprobe,
  uretprobe,
  user,
} from 'borescope'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createKernelExecutor } from '../../src/kernel/loader/kernel-executor.ts'
import { needs } from '../support/needs.ts'
import { useRunningTarget } from '../support/running-target.ts'
import { buildTarget, type RunningTarget, type Target } from '../support/target.ts'

const WAYS = [
  ['uprobe_multi', 'no-pie'],
  ['uprobe_multi', 'pie'],
  ['perf_event', 'pie'],
] as const

describe.each(WAYS)('a program through %s on a %s executable', (way, kind) => {
  let target: Target
  let running: RunningTarget
  const options = () => ({ executor: createKernelExecutor(way === 'perf_event' ? { disabledFeatures: ['uprobe_multi'] } : {}) })
  beforeAll(() => {
    target = buildTarget(kind)
    running = target.start()
  })
  afterAll(async () => {
    await running?.stop()
    target?.remove()
  })

  it('reads a global of the target', async (context) => {
    needs(context, 'root')
    const counter = Executable.open(target.path).symbol('counter')
    const count = array(u64, 1)
    const read = uprobe(target.path, 'work', () => {
      count.set(0, user.read(u64, counter, 0n))
    })
    const session = await trace({ count, read }, options())
    try {
      expect(session.read).toMatchObject({ how: way, siteCount: 1 })
      const total = await running.rounds(100)
      expect(session.count.get(0)).toBe(BigInt(total - 1)) // read before the last increment
    } finally {
      await session.close()
    }
  })

  it('counts by argument, keeps state by thread and sends records', async (context) => {
    needs(context, 'root')
    const byValue = hash(u64, u32, 64)
    const entered = hash(u32, u64)
    const events = ringbuf(struct({ pid: i32, comm: string(16), value: u64, result: u64, took: u64 }))
    const last = array(u64, 4)
    const ODD = 1n
    const entry = uprobe(target.path, 'work', ({ tid, arg }) => {
      const value = arg(0)
      byValue.set(value % 4n, (byValue.get(value % 4n) ?? 0) + 1)
      if ((value & 1n) === ODD) entered.set(tid, nsecs())
      last.set(Number(value % 4n), value)
    })
    const exit = uretprobe(target.path, 'work', (ctx) => {
      const start = entered.get(ctx.tid)
      if (start === undefined) return
      entered.delete(ctx.tid)
      const now = nsecs()
      if (now >= start && ctx.comm === 'target') {
        events.emit({ pid: ctx.pid, comm: ctx.comm, value: last.get(1), result: ctx.retval, took: now - start })
      }
    })
    const session = await trace({ byValue, entered, events, last, entry, exit }, options())
    try {
      await running.rounds(8)
      expect(new Map(session.byValue.entries())).toEqual(new Map([0n, 1n, 2n, 3n].map((key) => [key, 2])))
      expect(session.byValue.get(9n)).toBeUndefined()
      expect(session.last.values()).toEqual([4n, 5n, 6n, 7n])
      const records = session.events.take()
      expect(records.map(({ pid, comm, result }) => ({ pid, comm, result }))).toEqual(
        [1n, 3n, 5n, 7n].map((value) => ({ pid: running.pid, comm: 'target', result: value * 2n })),
      )
      expect(records.every(({ took }) => took > 0n && took < 1_000_000_000n)).toBe(true)
      expect(session.entered.entries()).toEqual([])
      expect(session.lost).toBe(0n)
    } finally {
      await session.close()
    }
  })

  it('user space writes what probes read', async (context) => {
    needs(context, 'root')
    const limit = array(u64, 1)
    const hits = array(u32, 1)
    const probe = uprobe(target.path, 'work', (ctx) => {
      if (ctx.arg(0) < limit.get(0)) hits.set(0, hits.get(0) + 1)
    })
    const session = await trace({ limit, hits, probe }, options())
    try {
      session.limit.set(0, 3n)
      await running.rounds(10)
      expect(session.hits.get(0)).toBe(3)
      expect(() => session.hits.get(1)).toThrow(UsageError)
    } finally {
      await session.close()
    }
  })
})

describe('sessions', () => {
  const target = useRunningTarget('pie')
  const eventsOf = (sizeBytes?: number) => {
    const events = ringbuf(struct({ value: u64 }), sizeBytes)
    const probe = uprobe(target.path, 'work', (ctx) => {
      events.emit({ value: ctx.arg(0) })
    })
    return { events, probe }
  }

  it('a loop over events gets each, in order, and ends when the session is closed', async (context) => {
    needs(context, 'root')
    const session = await trace(eventsOf())
    const values: bigint[] = []
    const loop = (async () => {
      for await (const { value } of session.events) {
        values.push(value)
        if (values.length === 300) void session.close()
      }
    })()
    await target.rounds(100)
    await target.rounds(100)
    await target.rounds(100)
    await loop
    const round = Array.from({ length: 100 }, (_, index) => BigInt(index))
    expect(values).toEqual([...round, ...round, ...round])
  })
  it('a slow reader loses what does not fit, and the loss is counted', async (context) => {
    needs(context, 'root')
    const session = await trace(eventsOf(4096))
    await target.rounds(1000)
    const got = session.events.take().length
    expect(got).toBeGreaterThan(100)
    expect(session.lost).toBe(BigInt(1000 - got))
    await session.close()
  })
  it('an entry that has no room is counted as lost', async (context) => {
    needs(context, 'root')
    const seen = hash(u64, u64, 4)
    const probe = uprobe(target.path, 'work', (ctx) => {
      seen.set(ctx.arg(0), 1n)
    })
    const session = await trace({ seen, probe })
    await target.rounds(10)
    expect([session.seen.entries().length, session.lost]).toEqual([4, 6n])
    await session.close()
  })
  it('everything after close is a ClosedError, and close may be called twice', async (context) => {
    needs(context, 'root')
    const count = array(u64, 1)
    const starts = hash(u32, u64)
    const session = await trace({ count, starts, ...eventsOf() })
    await session.close()
    await session.close()
    for (const use of [
      () => session.count.get(0),
      () => session.count.set(0, 1n),
      () => session.starts.entries(),
      () => session.events.take(),
      () => session.events[Symbol.asyncIterator](),
      () => session.lost,
    ]) {
      expect(use).toThrow(ClosedError)
    }
  })
  it('a running loop does not starve timers', async (context) => {
    needs(context, 'root')
    const spinning = target.startSpinning()
    const session = await trace(eventsOf())
    let ticks = 0
    const timer = setInterval(() => ticks++, 5)
    const until = performance.now() + 300
    for await (const _ of session.events) if (performance.now() > until) break
    clearInterval(timer)
    await session.close()
    await spinning.stop()
    expect(ticks).toBeGreaterThan(0)
  })
  it('only hits of one process, when one is named', async (context) => {
    needs(context, 'root')
    const hits = array(u32, 1)
    const probe = uprobe(target.path, 'work', () => hits.set(0, hits.get(0) + 1), { pid: process.pid })
    const session = await trace({ hits, probe })
    await target.rounds(10)
    expect(session.hits.get(0)).toBe(0)
    await session.close()
  })
})

describe('refusals', () => {
  let target: Target
  beforeAll(() => {
    target = buildTarget('pie')
  })
  afterAll(() => target.remove())

  it.each([
    ['no such file', () => trace({ probe: uprobe('/no/such/file', 'work', () => undefined) }), /no such file|\/no\/such\/file/],
    ['no such function, with the nearest', () => trace({ probe: uprobe(target.path, 'wrok', () => undefined) }), /wrok/],
    ['no such variable', async () => Executable.open(target.path).symbol('conter'), /conter/],
    ['something that is no part', () => trace({ probe: {} }), /not a part/],
    ['a name that the session has', () => trace({ close: array(u64, 1) }), /close/],
  ])('%s', async (_, start, message) => {
    const error = await start().then(
      () => undefined,
      (refusal: unknown) => refusal,
    )
    expect(error).toBeInstanceOf(UsageError)
    expect((error as Error).message).toMatch(message)
  })
  it('mistakes in functions, all at once, before anything is loaded', async () => {
    const count = array(u64, 1)
    const probe = uprobe(target.path, 'work', (ctx) => {
      count.set(0, 5n / ctx.arg(0))
      console.log(ctx.pid)
    })
    const error = await trace({ count, probe }).catch((refusal: unknown) => refusal)
    expect(error).toBeInstanceOf(ProgramError)
    expect((error as ProgramError).diagnostics.map(({ code }) => code)).toEqual(['maybe-zero', 'unresolved-name'])
    expect((error as ProgramError).message).toContain('test/kernel/typescript-program.test.ts:')
  })
})
