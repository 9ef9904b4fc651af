import { describe, expect, it } from 'vitest'
import { array, hash, nsecs, ringbuf, string, struct, UsageError, u8, u32, u64, uprobe, user } from '../../index.ts'
import { simulate } from './simulate.ts'

const count = array(u64, 2)
const small = array(u8, 4)
const starts = hash(u32, u64, 2)
const events = ringbuf(struct({ comm: string(4), value: u64 }))
const work = uprobe('/bin/true', 'work', (ctx) => {
  count.set(0, user.read(u64, ctx.arg(0), 7n))
  small.set(Number(BigInt.asUintN(32, ctx.arg(1))), ctx.pid)
  const start = starts.get(ctx.tid)
  if (start === undefined) starts.set(ctx.tid, nsecs())
  else {
    events.emit({ comm: ctx.comm, value: start - 5n })
    starts.delete(ctx.tid)
  }
})
const program = { count, small, starts, events, work }

describe('a simulated program', () => {
  it('keeps state between hits and emits records, laid out as in the kernel', () => {
    const simulation = simulate(program)
    simulation.fire('work', { pid: 300, tid: 1, args: [0n, 2n] })
    simulation.fire('work', { pid: 300, tid: 1, comm: 'longer', args: [0n, 9n] })
    expect(simulation.get('small', 2)).toBe(300 & 0xff)
    expect(simulation.get('starts', 1)).toBeUndefined()
    expect(simulation.take('events')).toEqual([{ comm: 'lon', value: (1n << 64n) - 4n }])
    expect(simulation.take('events')).toEqual([])
  })
  it('reads memory that the test supplies, else answers the fallback', () => {
    const memory = (address: unknown, size: number) => (address === 16n ? new Uint8Array(size).fill(1) : undefined)
    const simulation = simulate(program, { memory })
    simulation.fire('work', { args: [16n] })
    expect(simulation.get('count', 0)).toBe(0x0101_0101_0101_0101n)
    simulation.fire('work', { args: [17n] })
    expect(simulation.get('count', 0)).toBe(7n)
  })
  it('counts entries that have no room', () => {
    const simulation = simulate(program)
    for (const tid of [1, 2, 3]) simulation.fire('work', { tid })
    expect(simulation.lost()).toBe(1n)
  })
  it('outside of it, what probes call is an error', () => {
    expect(() => count.get(0)).toThrow(UsageError)
    expect(() => user.read(u64, 5n)).toThrow(UsageError)
    expect(() => nsecs()).toThrow(UsageError)
    expect(() => simulate(program).fire('count')).toThrow(UsageError)
  })
})
