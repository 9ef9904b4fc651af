import { describe, expect, it } from 'vitest'
import { ClosedError, UsageError } from '../../base/errors.ts'
import type { LoadedObject } from '../../spec/executor.ts'
import { struct, typeOf, u64 } from './data-types.ts'
import { sessionEvents } from './session-events.ts'

const TYPE = typeOf(struct({ value: u64 }))

/** A ring that holds `left` records. */
function openRing(left: number) {
  const closing: (() => void)[] = []
  let open = true
  let next = 0n
  const visit: LoadedObject['visit'] = (_, onRecord) => {
    let handed = 0
    while (left > 0) {
      left--
      handed++
      const record = new DataView(new ArrayBuffer(8))
      record.setBigUint64(0, next++, true)
      if (onRecord(record, 0, 8) === false) break
    }
    return handed
  }
  const object = () => {
    if (!open) throw new ClosedError('the session')
    return { visit } as unknown as LoadedObject
  }
  if (TYPE.kind !== 'struct') throw new Error('a struct was expected')
  const events = sessionEvents<{ value: bigint }>({
    name: 'events',
    struct: TYPE,
    object,
    isOpen: () => open,
    onClose: (callback) => {
      closing.push(callback)
      return () => undefined
    },
  })
  const close = () => {
    open = false
    for (const callback of closing) callback()
  }
  const add = (count: number) => {
    left += count
  }
  return { events, close, add, left: () => left }
}

describe('events of a session', () => {
  it('come in order, and what is not asked for stays in the ring', async () => {
    const ring = openRing(2000)
    let expected = 0n
    for await (const { value } of ring.events) {
      expect(value).toBe(expected++)
      if (expected === 10n) break
    }
    expect(ring.left()).toBeGreaterThan(1000)
  })
  it('a loop that is always ready leaves time for timers', async () => {
    const ring = openRing(Number.POSITIVE_INFINITY)
    let ticks = 0
    const timer = setInterval(() => ticks++, 1)
    const until = performance.now() + 200
    for await (const _ of ring.events) if (performance.now() > until) break
    clearInterval(timer)
    expect(ticks).toBeGreaterThan(2)
  })
  it('a waiting loop sees what comes later, and ends with the session', async () => {
    const ring = openRing(0)
    const seen: bigint[] = []
    setTimeout(() => ring.add(2), 5)
    setTimeout(() => ring.close(), 80)
    for await (const { value } of ring.events) seen.push(value)
    expect(seen).toEqual([0n, 1n])
  })
  it('one loop at a time; the next goes on where the last one stopped', async () => {
    const ring = openRing(5)
    const first = ring.events[Symbol.asyncIterator]()
    expect((await first.next()).value).toEqual({ value: 0n })
    await expect(ring.events[Symbol.asyncIterator]().next()).rejects.toThrow(UsageError)
    expect(() => ring.events.take()).toThrow(UsageError)
    await first.return?.()
    const second = ring.events[Symbol.asyncIterator]()
    expect((await second.next()).value).toEqual({ value: 1n })
    await second.return?.()
    expect(ring.events.take().map(({ value }) => value)).toEqual([2n, 3n, 4n])
  })
  it('come in batches that are never empty, and timers have their turns', async () => {
    const ring = openRing(1000)
    let expected = 0n
    for await (const batch of ring.events.batches()) {
      expect(batch.length).toBeGreaterThan(0)
      expect(batch.length).toBeLessThanOrEqual(512)
      for (const { value } of batch) expect(value).toBe(expected++)
      if (expected === 1000n) break
    }
    ring.add(Number.POSITIVE_INFINITY)
    let ticks = 0
    const timer = setInterval(() => ticks++, 10)
    const until = performance.now() + 300
    for await (const _ of ring.events.batches()) if (performance.now() > until) break
    clearInterval(timer)
    expect(ticks).toBeGreaterThanOrEqual(10)
  })
  it('go into a callback until it has seen enough; the rest is still there', async () => {
    const ring = openRing(600)
    const seen: bigint[] = []
    await ring.events.each(({ value }) => seen.push(value) < 10)
    expect(seen).toEqual(Array.from({ length: 10 }, (_, index) => BigInt(index)))
    expect(ring.events.take()).toHaveLength(590)
  })
  it('a callback that throws ends its loop with that', async () => {
    const ring = openRing(5)
    const fail = () => {
      throw new RangeError('mine')
    }
    await expect(ring.events.each(fail)).rejects.toThrow(RangeError)
    ring.events.take()
  })
  it('steps that overtake each other are answered in order', async () => {
    const ring = openRing(600)
    const loop = ring.events[Symbol.asyncIterator]()
    const results = await Promise.all(Array.from({ length: 600 }, () => loop.next()))
    expect(results.map(({ value }) => value.value)).toEqual(Array.from({ length: 600 }, (_, index) => BigInt(index)))
    await loop.return?.()
  })
  it('a loop that was never begun takes nothing from the next', async () => {
    const ring = openRing(10)
    for await (const { value } of ring.events) if (value === 2n) break
    await ring.events[Symbol.asyncIterator]().return?.()
    expect(ring.events.take()).toHaveLength(7)
  })
  it('none on a closed session', () => {
    const ring = openRing(5)
    ring.close()
    expect(() => ring.events[Symbol.asyncIterator]()).toThrow(ClosedError)
    expect(() => ring.events.take()).toThrow(ClosedError)
  })
})
