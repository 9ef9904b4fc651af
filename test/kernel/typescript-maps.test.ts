/**
 * Kinds of map: what probes do with them on the kernel and in a simulation, and how a session sees it.
 */
import {
  array,
  avg,
  bloomFilter,
  count,
  cstring,
  enumeration,
  global,
  hash,
  hist,
  lhist,
  lruHash,
  max,
  min,
  type ProbeContext,
  ProgramError,
  perCpuArray,
  perCpuHash,
  pointer,
  queue,
  ringbuf,
  simulate,
  stack,
  string,
  struct,
  sum,
  trace,
  u8,
  u16,
  u32,
  u64,
  uprobe,
} from 'borescope'
import { beforeEach, describe, expect, it } from 'vitest'
import { needs } from '../support/needs.ts'
import { useRunningTarget } from '../support/running-target.ts'

beforeEach((context) => needs(context, 'root', { command: 'gcc' }))
const target = useRunningTarget('no-pie')
/** `work` is called with 0, 1, 2, ... */
const onWork = (body: (ctx: ProbeContext) => void) => uprobe(target.path, 'work', body)

/** Runs the probe in a simulation too, as often. */
function simulated<P extends Parameters<typeof simulate>[0]>(parts: P, rounds: number) {
  const simulation = simulate(parts)
  for (let round = 0n; round < rounds; round++) simulation.fire('probe', { args: [round] })
  return simulation
}

describe('update, increment, take', () => {
  const made = () => {
    const counts = hash(u32, u64)
    const bytes = hash(u32, u16)
    const words = array(u32, 2)
    const pairs = hash(u32, struct({ calls: u64, last: u64 }))
    const probe = onWork((ctx) => {
      const n = ctx.arg(0)
      counts.increment(1)
      counts.increment(Number(BigInt.asUintN(1, n)) + 10, n)
      bytes.increment(7, 40000)
      words.increment(1, 5)
      words.update(0, (old) => old + 2)
      const { calls, last } = pairs.get(4) ?? { calls: 100n, last: 7n }
      pairs.set(4, { calls: calls + 1n, last: last + n })
      pairs.update(3, (old) => ({ calls: (old?.calls ?? 0n) + 1n, last: n }))
      counts.set(99, n)
      if ((counts.take(99) ?? 7n) === n) counts.increment(2)
      if (counts.take(99) === undefined) counts.increment(3)
    })
    return { counts, bytes, words, pairs, probe }
  }
  it('on the kernel as in JavaScript', async () => {
    const parts = made()
    const simulation = simulated(parts, 4)
    await using session = await trace(parts)
    await target.rounds(4)
    const found = Object.fromEntries(session.counts.entries())
    expect(found).toEqual({ 1: 4n, 10: 2n, 11: 4n, 2: 4n, 3: 4n })
    for (const key of [1, 10, 11, 2, 3, 99]) expect(simulation.get('counts', key)).toBe(found[key])
    expect([session.bytes.get(7), simulation.get('bytes', 7)]).toEqual([160000 % 65536, 160000 % 65536])
    expect(session.words.values()).toEqual([8, 20])
    expect(session.pairs.get(3)).toEqual({ calls: 4n, last: 3n })
    expect([session.pairs.get(4), simulation.get('pairs', 4)]).toEqual(Array(2).fill({ calls: 104n, last: 13n }))
    expect(simulation.get('pairs', 3)).toEqual({ calls: 4n, last: 3n })
  })
})

it('values for each CPU are added up', async () => {
  const hits = perCpuArray(u64, 2)
  const byKey = perCpuHash(string(8), struct({ n: u64, small: u32 }))
  const recent = lruHash(u32, u64, 64)
  const lists = perCpuArray(array(u64, 2), 1)
  const probe = onWork((ctx) => {
    hits.increment(0)
    hits.set(1, hits.get(1) + ctx.arg(0))
    byKey.update('key', (old) => ({ n: (old?.n ?? 0n) + 2n, small: (old?.small ?? 0) & 0xff }))
    lists.update(0, ([a = 0n, b = 0n]) => [a + 1n, b + 2n])
    recent.set(Number(BigInt.asUintN(16, ctx.arg(0))), 1n)
  })
  const parts = { hits, byKey, recent, lists, probe }
  await using session = await trace(parts)
  session.hits.set(0, 100n)
  await target.rounds(200)
  expect(session.hits.values()).toEqual([300n, 19900n])
  expect(session.hits.perCpu(0).reduce((a, b) => a + b)).toBe(300n)
  expect(session.lists.get(0)).toEqual([200n, 400n])
  expect(session.byKey.get('key')).toEqual({ n: 400n, small: 0 })
  expect(session.byKey.perCpu('nosuch')).toBeUndefined()
  expect(session.recent.get(199)).toBe(1n)
  expect(session.recent.size).toBeLessThanOrEqual(128)
  expect(session.lost).toBe(0n)
})

describe('aggregations', () => {
  const made = () => {
    const calls = hash(u32, count())
    const total = hash(u32, sum())
    const least = array(min(), 2)
    const most = array(max(), 1)
    const mean = hash(string(8), avg())
    const sizes = hash(u32, hist())
    const steps = array(lhist(0, 10, 2), 1)
    const probe = onWork((ctx) => {
      const n = ctx.arg(0)
      calls.add(Number(n & 1n))
      total.add(0, n - 2n)
      least.add(0, n + 5n)
      most.add(0, Number(BigInt.asUintN(16, n)))
      mean.add('work', n)
      sizes.add(7, n)
      steps.add(0, n)
      if (!calls.has(5) && sizes.has(7)) calls.add(6)
      if (n === 3n) calls.delete(1)
    })
    return { calls, total, least, most, mean, sizes, steps, probe }
  }
  it('are reduced in the kernel, and read as values', async () => {
    const parts = made()
    const simulation = simulated(parts, 6)
    await using session = await trace(parts)
    await target.rounds(6)
    expect(Object.fromEntries(session.calls)).toEqual({ 0: 3n, 1: 1n, 6: 6n })
    expect(session.total.get(0)).toBe(3n)
    expect([session.least.get(0), session.least.get(1), session.most.get(0)]).toEqual([5n, undefined, 5n])
    expect(session.mean.get('work')).toEqual({ count: 6n, total: 15n, average: 2n })
    const sizes = session.sizes.get(7)
    expect(sizes?.count).toBe(6n)
    expect(sizes?.buckets).toEqual([
      { min: 0n, max: 0n, count: 1n },
      { min: 1n, max: 1n, count: 1n },
      { min: 2n, max: 3n, count: 2n },
      { min: 4n, max: 7n, count: 2n },
    ])
    expect(String(sizes).split('\n')[2]).toBe(`[2, 4)${' '.repeat(17)}2 |${'@'.repeat(52)}|`)
    expect(session.steps.get(0)?.buckets.map(({ count: n }) => n)).toEqual([2n, 2n, 2n])
    for (const [part, key] of [
      ['calls', 0],
      ['calls', 1],
      ['total', 0],
      ['least', 0],
      ['mean', 'work'],
    ] as const)
      expect(simulation.get(part, key)).toEqual(session[part].get(key as never))
    expect(String(simulation.get('sizes', 7))).toBe(String(sizes))
    session.sizes.clear()
    session.steps.clear()
    expect([session.sizes.size, session.steps.get(0)?.count]).toEqual([0, 0n])
  })
})

describe('types', () => {
  const Mode = enumeration({ idle: 0, busy: 7 })
  const made = () => {
    const point = struct({ x: u8, y: u64 })
    const events = ringbuf(struct({ mode: Mode, at: pointer(u64), name: cstring(8), last: array(u32, 3), path: array(point, 2) }))
    const history = hash(u32, array(u64, 4))
    const probe = onWork((ctx) => {
      const n = ctx.arg(0)
      const [first = 0n, second = 0n, third = 0n] = history.get(1) ?? [0n, 0n, 0n, 0n]
      history.set(1, [n + 1n, first, second, third])
      const mode = n === 0n ? Mode.idle : Mode.busy
      const small = Number(BigInt.asUintN(8, n))
      const path = [
        { x: small, y: n },
        { x: 1, y: history.get(1)?.[small] ?? 99n },
      ]
      events.emit({ mode, at: 4096n + n, name: mode === Mode.busy ? 'busy' : 'idle', last: [small, small * 2, 5], path })
    })
    return { events, history, probe }
  }
  it('arrays, enumerations, pointers and texts in structs, and arrays as values', async () => {
    const parts = made()
    const simulation = simulated(parts, 2)
    await using session = await trace(parts)
    await target.rounds(2)
    const events = session.events.take()
    const path = (n: number, y: bigint) => [
      { x: n, y: BigInt(n) },
      { x: 1, y },
    ]
    expect(events).toEqual([
      { mode: 0, at: 4096n, name: 'idle', last: [0, 0, 5], path: path(0, 1n) },
      { mode: 7, at: 4097n, name: 'busy', last: [1, 2, 5], path: path(1, 1n) },
    ])
    expect(simulation.take('events')).toEqual(events)
    expect(session.history.get(1)).toEqual([2n, 1n, 0n, 0n])
    session.history.set(1, [10n, 20n, 30n, 40n])
    await target.rounds(1)
    expect(session.history.get(1)).toEqual([1n, 10n, 20n, 30n])
  })
  it('an array of another length is refused where it stands', async () => {
    const history = hash(u32, array(u64, 4))
    const probe = onWork(() => history.set(1, [1n, 2n]))
    const failure = await trace({ history, probe }).catch((error: unknown) => error)
    expect((failure as ProgramError).diagnostics[0]).toMatchObject({ code: 'wrong-length' })
  })
})

it('queues and stacks, both ways', async () => {
  const jobs = queue(u64, 4)
  const undo = stack(struct({ n: u64, tag: u8 }), 8)
  const seen = array(u64, 3)
  const probe = onWork((ctx) => {
    const job = jobs.pop()
    if (job !== undefined) seen.increment(0, job)
    if (jobs.peek() === 30n) seen.increment(1)
    if (!jobs.push(ctx.arg(0))) seen.increment(2)
    undo.push({ n: ctx.arg(0), tag: 1 })
  })
  const parts = { jobs, undo, seen, probe }
  const simulation = simulate(parts)
  for (let round = 0n; round < 2n; round++) simulation.fire('probe', { args: [round] })
  expect([simulation.get('seen', 0), simulation.get('seen', 2)]).toEqual([0n, 0n])
  await using session = await trace(parts)
  session.jobs.push(20n)
  session.jobs.push(30n)
  await target.rounds(3)
  expect(session.seen.values()).toEqual([50n, 1n, 0n])
  expect([session.jobs.peek(), session.jobs.takeAll(), session.jobs.pop()]).toEqual([1n, [1n, 2n], undefined])
  expect(session.undo.pop()).toEqual({ n: 2n, tag: 1 })
  expect(session.undo.takeAll().map(({ n }) => n)).toEqual([1n, 0n])
})

it('a Bloom filter', async () => {
  const known = bloomFilter(u64, 100)
  const out = array(u64, 2)
  const probe = onWork((ctx) => {
    if (known.has(ctx.arg(0))) out.increment(0)
    else known.add(ctx.arg(0))
    if (known.has(ctx.arg(0))) out.increment(1)
  })
  await using session = await trace({ known, out, probe })
  session.known.add(1n)
  await target.rounds(3)
  expect(session.out.get(1)).toBe(3n)
  expect(session.out.get(0)).toBeGreaterThanOrEqual(1n)
  expect([session.known.has(2n), session.known.has(1n)]).toEqual([true, true])
})

describe('globals', () => {
  it('are read and written on both sides', async () => {
    const limit = global(u64, 2n)
    const hits = global(u32, 0)
    const last = global(struct({ n: u64, name: string(8) }), { n: 0n, name: 'none' })
    const probe = onWork((ctx) => {
      if (ctx.arg(0) < limit.value) return
      hits.value++
      last.value = { n: ctx.arg(0), name: last.value.name === 'none' ? 'first' : 'later' }
      limit.value += 1n
    })
    const parts = { limit, hits, last, probe }
    const simulation = simulated(parts, 6)
    await using session = await trace(parts)
    expect([session.limit.value, session.last.value]).toEqual([2n, { n: 0n, name: 'none' }])
    await target.rounds(6)
    expect([session.limit.value, session.hits.value]).toEqual([6n, 4])
    expect(session.last.value).toEqual({ n: 5n, name: 'later' })
    expect(simulation.get('last', 0)).toEqual({ n: 5n, name: 'later' })
    session.hits.value = 40
    session.limit.value = 0n
    await target.rounds(1)
    expect(session.hits.value).toBe(41)
  })
})

describe('mistakes', () => {
  it.each<[string, string, string, () => void]>([
    ['an increment of what is no number', 'wrong-type', 'names.increment', () => names.increment(1)],
    ['an increment of the wrong type', 'wrong-type', '1', () => counts.increment(1, 1 as never)],
    ['a method that there is not', 'unknown-method', 'sizes.set', () => (sizes as unknown as typeof counts).set(1, 1n)],
    ['a value that is no number', 'wrong-type', '"x"', () => sizes.add(1, 'x' as never)],
    ['a global of another type', 'wrong-type', 'limit.value', () => (limit.value = 1 as never)],
  ])('%s', async (_, code, place, body) => {
    const failure = await trace({ names, counts, sizes, limit, probe: onWork(body) }).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(ProgramError)
    const [diagnostic] = (failure as ProgramError).diagnostics
    expect(diagnostic).toMatchObject({ code })
    expect(diagnostic!.source.text.slice(diagnostic!.span.start, diagnostic!.span.end)).toBe(place)
  })
  const names = hash(u32, string(8))
  const counts = hash(u32, u64)
  const sizes = hash(u32, hist())
  const limit = global(u64, 0n)
})
