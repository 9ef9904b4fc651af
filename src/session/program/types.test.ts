/**
 * The TypeScript types of the library: they flow from the declarations to the probe and to the session, with no cast.
 */
import { describe, expectTypeOf, it } from 'vitest'
import {
  type Average,
  array,
  avg,
  bool,
  count,
  global,
  type Histogram,
  hash,
  hist,
  type i64,
  nsecs,
  type ProbeContext,
  type ProbePart,
  queue,
  ringbuf,
  string,
  struct,
  trace,
  tracepoint,
  u16,
  u32,
  u64,
  uprobe,
  uretprobe,
  user,
  type ValueOf,
} from '../../index.ts'

/** Never runs: only its types are looked at. */
async function program() {
  const event = struct({ pid: u32, comm: string(16), at: u64, small: u16, nested: struct({ flag: bool }) })
  const parts = {
    count: array(u64, 1),
    small: array(u32, 4),
    starts: hash(u32, u64, 100),
    byName: hash(string(16), event),
    events: ringbuf(event),
    probe: uprobe('/bin/true', 'main', () => undefined),
  }
  return { parts, session: await trace(parts), event }
}
type Program = Awaited<ReturnType<typeof program>>
type Event = ValueOf<Program['event']>
const { session, parts } = {} as Program

describe('types flow from the declarations', () => {
  it('64-bit integers are bigint, smaller ones number', () => {
    expectTypeOf<ValueOf<typeof u64>>().toEqualTypeOf<bigint>()
    expectTypeOf<ValueOf<typeof i64>>().toEqualTypeOf<bigint>()
    expectTypeOf<ValueOf<typeof u32>>().toEqualTypeOf<number>()
    expectTypeOf<ValueOf<typeof bool>>().toEqualTypeOf<boolean>()
    expectTypeOf<Event>().toEqualTypeOf<{
      readonly pid: number
      readonly comm: string
      readonly at: bigint
      readonly small: number
      readonly nested: { readonly flag: boolean }
    }>()
  })
  it('the session has the parts by name', () => {
    type Session = typeof session
    expectTypeOf<Session['count']['get']>().returns.toEqualTypeOf<bigint>()
    expectTypeOf<Session['small']['values']>().returns.toEqualTypeOf<number[]>()
    expectTypeOf<Session['starts']['get']>().returns.toEqualTypeOf<bigint | undefined>()
    expectTypeOf<Session['starts']['entries']>().returns.toEqualTypeOf<[number, bigint][]>()
    expectTypeOf<Session['byName']['get']>().parameters.toEqualTypeOf<[string]>()
    expectTypeOf<Session['events']['take']>().returns.toEqualTypeOf<Event[]>()
    expectTypeOf<ReturnType<Session['events']['batches']>>().toEqualTypeOf<AsyncIterableIterator<Event[]>>()
    expectTypeOf<Session['events']['each']>().parameter(0).parameter(0).toEqualTypeOf<Event>()
    expectTypeOf<Session['lost']>().toEqualTypeOf<bigint>()
    expectTypeOf<Session['probe']['siteCount']>().toEqualTypeOf<number>()
    expectTypeOf<Session>().toExtend<AsyncDisposable>()
  })
  it('parts in a probe', () => {
    type Parts = typeof parts
    expectTypeOf<Parts['count']['get']>().returns.toEqualTypeOf<bigint>()
    expectTypeOf<Parts['starts']['get']>().returns.toEqualTypeOf<bigint | undefined>()
    expectTypeOf<Parts['events']['emit']>().parameters.toEqualTypeOf<[Event]>()
    expectTypeOf(nsecs).returns.toEqualTypeOf<bigint>()
  })
  it('a read may be undefined, unless it has a fallback', () => {
    const read = () => user.read(u64, 5n)
    const orZero = () => user.read(u32, 5n, 0)
    expectTypeOf(read).returns.toEqualTypeOf<bigint | undefined>()
    expectTypeOf(orZero).returns.toEqualTypeOf<number>()
    expectTypeOf<() => ReturnType<typeof user.string>>().returns.toExtend<string | undefined>()
  })
  it('the context', () => {
    expectTypeOf<ProbeContext['pid']>().toEqualTypeOf<number>()
    expectTypeOf<ProbeContext['arg']>().returns.toEqualTypeOf<bigint>()
    expectTypeOf(uretprobe).parameter(2).parameter(0).toHaveProperty('retval').toEqualTypeOf<bigint>()
  })
  it('aggregations read as what they come to', () => {
    const made = async () =>
      trace({ calls: hash(u32, count()), sizes: array(hist(), 2), mean: hash(string(8), avg()), limit: global(u64, 1n), jobs: queue(u32) })
    type Made = Awaited<ReturnType<typeof made>>
    expectTypeOf<Made['calls']['get']>().returns.toEqualTypeOf<bigint | undefined>()
    expectTypeOf<Made['sizes']['get']>().returns.toEqualTypeOf<Histogram | undefined>()
    expectTypeOf<Made['mean']['get']>().returns.toEqualTypeOf<Average | undefined>()
    expectTypeOf<Made['limit']['value']>().toEqualTypeOf<bigint>()
    expectTypeOf<Made['jobs']['pop']>().returns.toEqualTypeOf<number | undefined>()
    const calls = hash(u32, count())
    const sizes = array(hist(), 2)
    expectTypeOf(calls.add).parameters.toEqualTypeOf<[key: number]>()
    expectTypeOf(sizes.add).parameters.toEqualTypeOf<[key: number, value: number | bigint]>()
  })
  it('tracepoints have arguments of the types that were told', () => {
    const told = () =>
      tracepoint<{ pid: number }>('sched:sched_process_exec', (ctx) => void expectTypeOf(ctx.args.pid).toEqualTypeOf<number>())
    expectTypeOf(told).returns.toEqualTypeOf<ProbePart>()
  })
  it('what does not fit does not compile', () => {
    const wrong = () => {
      // @ts-expect-error a bigint is wanted
      parts.count.set(0, 1)
      // @ts-expect-error a number is wanted
      parts.starts.get(1n)
      // @ts-expect-error a field is missing
      parts.events.emit({ pid: 1 })
      // @ts-expect-error the fallback is a bigint
      user.read(u64, 5n, 0)
    }
    expectTypeOf(wrong).toBeFunction()
  })
})
