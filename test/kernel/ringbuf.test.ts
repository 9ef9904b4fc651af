/**
 * Ring buffers on the real kernel, filled by programs that are run on request: order, losses, wrap-around, discarded
 * records, and what happens after `close()`.
 */
import { expect, test } from 'vitest'
import { ClosedError, UsageError } from '../../src/base/errors.ts'
import { watchFdLeaks } from '../support/fd-leaks.ts'
import { counterValue, withObject } from '../support/loading.ts'
import { needs } from '../support/needs.ts'
import { counterMap, object, processAndThread, program, ringMap, sendRecord, serialNumber, words } from '../support/programs.ts'

watchFdLeaks()

/** A record of 16 bytes and its header. */
const RECORD_BYTES = 24
const RING_BYTES = 4096
const CAPACITY = Math.floor(RING_BYTES / RECORD_BYTES)

const maps = [ringMap('events', RING_BYTES), counterMap('count'), counterMap('lost')]
const send = program('raw_tracepoint', sendRecord([serialNumber(), processAndThread]))
const discard = { ...program('raw_tracepoint', sendRecord([serialNumber(), processAndThread], 'ringbuf_discard')), name: 'discard' }
const spec = object(maps, [send, discard])

function times(count: number, action: () => void): void {
  for (let i = 0; i < count; i++) action()
}

test('records come whole, in order, with the bytes that the program stored', async (context) => {
  needs(context, 'root', { feature: 'ringbuf' }, { feature: 'test_run' })
  await withObject(spec, (loaded) => {
    times(10, () => loaded.run('test'))
    const records: (readonly bigint[])[] = []
    expect(loaded.drain('events', (record) => void records.push(words(record)))).toBe(10)
    expect(records.map(([serial]) => serial)).toEqual(Array.from({ length: 10 }, (_, i) => BigInt(i)))
    expect(new Set(records.map(([, task]) => task! >> 32n))).toEqual(new Set([BigInt(process.pid)]))
    expect(loaded.drain('events', () => {})).toBe(0)
  })
})

test('a full ring counts what it loses and works again once it is drained', async (context) => {
  needs(context, 'root', { feature: 'ringbuf' }, { feature: 'test_run' })
  await withObject(spec, (loaded) => {
    times(CAPACITY + 30, () => loaded.run('test'))
    expect(loaded.drain('events', () => {})).toBe(CAPACITY)
    expect(counterValue(loaded, 'lost')).toBe(30n)
    loaded.run('test')
    expect(loaded.drain('events', () => {})).toBe(1)
    expect(counterValue(loaded, 'lost')).toBe(30n)
  })
})

test('nothing is lost or repeated over 500 times round the ring', async (context) => {
  needs(context, 'root', { feature: 'ringbuf' }, { feature: 'test_run' })
  await withObject(spec, (loaded) => {
    let expected = 0n
    for (let sent = 0; sent < CAPACITY * 500; sent += 97) {
      times(97, () => loaded.run('test'))
      loaded.drain('events', (record) => {
        if (words(record)[0] !== expected) throw new Error(`${words(record)[0]} came, expected ${expected}`)
        expected++
      })
    }
    expect(counterValue(loaded)).toBe(expected)
    expect(counterValue(loaded, 'lost')).toBe(0n)
  })
})

test('discarded records are passed over', async (context) => {
  needs(context, 'root', { feature: 'ringbuf' }, { feature: 'test_run' })
  await withObject(spec, (loaded) => {
    for (const name of ['discard', 'test', 'discard', 'discard', 'test']) loaded.run(name)
    const serials: unknown[] = []
    expect(loaded.drain('events', (record) => void serials.push(words(record)[0]))).toBe(2)
    expect(serials).toEqual([1n, 4n])
  })
})

test('answering false stops behind that record and leaves the rest', async (context) => {
  needs(context, 'root', { feature: 'ringbuf' }, { feature: 'test_run' })
  await withObject(spec, (loaded) => {
    times(5, () => loaded.run('test'))
    expect(loaded.drain('events', (record) => words(record)[0] !== 1n)).toBe(2)
    const rest: unknown[] = []
    loaded.drain('events', (record) => void rest.push(words(record)[0]))
    expect(rest).toEqual([2n, 3n, 4n])
  })
})

test('what the callback throws comes through; its record counts as handed over', async (context) => {
  needs(context, 'root', { feature: 'ringbuf' }, { feature: 'test_run' })
  await withObject(spec, (loaded) => {
    times(3, () => loaded.run('test'))
    const refuse = () => {
      throw new Error('mine')
    }
    expect(() => loaded.drain('events', refuse)).toThrow('mine')
    expect(loaded.drain('events', () => {})).toBe(2)
  })
})

test('a drain ends although the callback makes new records', async (context) => {
  needs(context, 'root', { feature: 'ringbuf' }, { feature: 'test_run' })
  await withObject(spec, (loaded) => {
    loaded.run('test')
    expect(loaded.drain('events', () => void loaded.run('test'))).toBe(1)
    expect(() => loaded.drain('events', () => void loaded.drain('events', () => {}))).toThrow(UsageError)
  })
})

test('closing inside the callback ends the drain; a kept record reads as zeros, never as a signal', async (context) => {
  needs(context, 'root', { feature: 'ringbuf' }, { feature: 'test_run' })
  await withObject(spec, (loaded) => {
    times(3, () => loaded.run('test'))
    let kept = new Uint8Array()
    const count = loaded.drain('events', (record) => {
      kept = record as Uint8Array<ArrayBuffer>
      loaded.close()
    })
    expect(count).toBe(1)
    expect(words(kept)).toEqual([0n, 0n])
    expect(() => loaded.drain('events', () => {})).toThrow(ClosedError)
  })
})

test('a map of another kind cannot be drained', async (context) => {
  needs(context, 'root', { feature: 'ringbuf' }, { feature: 'test_run' })
  await withObject(spec, (loaded) => expect(() => loaded.drain('count', () => {})).toThrow(UsageError))
})
