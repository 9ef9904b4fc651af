/**
 * The reader against a ring in plain memory, which can be put in states that a real program passes through too fast to see.
 */
import { describe, expect, test } from 'vitest'
import { ClosedError } from '../../base/errors.ts'
import { Fd } from '../sys/fd.ts'
import { swapSyscallLayer } from '../sys/syscall.ts'
import { RingBuffer } from './ring-buffer.ts'

const PAGE = 4096
const SIZE = 4096
const BUSY = 0x8000_0000
const DISCARDED = 0x4000_0000

/** A ring whose producer side is written by hand. */
function fakeRing() {
  const regions: ArrayBuffer[] = []
  const calls: string[] = []
  const restore = swapSyscallLayer({
    call(name, args) {
      calls.push(name === 'mmap' ? `mmap prot=${args[2]} flags=${args[3]} offset=${args[5]} length=${args[1]}` : name)
      return { value: 0x1000 * calls.length }
    },
    viewOf(_address, length) {
      regions.push(new ArrayBuffer(length))
      return regions.at(-1)!
    },
    pageSize: () => PAGE,
  })
  const fd = new Fd(3, 'map events')
  const ring = new RingBuffer(fd, SIZE)
  const view = new DataView(regions[1]!)
  let end = 0
  return {
    ring,
    calls,
    /** Writes a record of `bytes` whose header has `flags`; answers where. What is beyond the end comes at the beginning. */
    produce(bytes: readonly number[], flags = 0): number {
      const at = end % SIZE
      view.setUint32(PAGE + at, (bytes.length | flags) >>> 0, true)
      for (const [index, byte] of bytes.entries()) view.setUint8(PAGE + ((at + 8 + index) % SIZE), byte)
      end += Math.ceil((bytes.length + 8) / 8) * 8
      view.setBigUint64(0, BigInt(end), true)
      return at
    },
    commit: (at: number, length: number) => view.setUint32(PAGE + at, length, true),
    consumed: () => Number(new DataView(regions[0]!).getBigUint64(0, true)),
    end() {
      ring.close()
      fd.close()
      restore()
    },
  }
}

function drain(ring: RingBuffer): number[][] {
  const records: number[][] = []
  ring.drain((record) => void records.push([...record]))
  return records
}

describe('a ring buffer', () => {
  test('maps the consumer page writable, the producer page and the data read-only', () => {
    const fake = fakeRing()
    expect(fake.calls).toEqual([`mmap prot=3 flags=1 offset=0 length=${PAGE}`, `mmap prot=1 flags=1 offset=${PAGE} length=${PAGE + SIZE}`])
    fake.end()
  })

  test('puts zero pages in the place of the shared ones when it closes, once', () => {
    const fake = fakeRing()
    fake.ring.close()
    fake.ring.close()
    // MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS | MAP_NORESERVE
    expect(fake.calls.slice(2)).toEqual([
      `mmap prot=3 flags=${0x4032} offset=0 length=${PAGE + SIZE}`,
      `mmap prot=3 flags=${0x4032} offset=0 length=${PAGE}`,
    ])
    expect(() => drain(fake.ring)).toThrow(ClosedError)
    fake.end()
  })

  test('waits behind a record that is still being written, and then goes on', () => {
    const fake = fakeRing()
    fake.produce([1])
    const at = fake.produce([2, 2, 2], BUSY)
    fake.produce([3])
    expect(drain(fake.ring)).toEqual([[1]])
    expect(fake.consumed()).toBe(16)
    expect(drain(fake.ring)).toEqual([])
    fake.commit(at, 3)
    expect(drain(fake.ring)).toEqual([[2, 2, 2], [3]])
    expect(fake.consumed()).toBe(48)
    fake.end()
  })

  test('passes over discarded records, and counts only the others', () => {
    const fake = fakeRing()
    fake.produce([1], DISCARDED)
    fake.produce([2])
    fake.produce([3], DISCARDED)
    expect(drain(fake.ring)).toEqual([[2]])
    expect(fake.consumed()).toBe(48)
    fake.end()
  })

  test('reads a record that goes over the end as one piece', () => {
    const fake = fakeRing()
    const filler = Array.from({ length: SIZE - 8 - 16 }, () => 7)
    fake.produce(filler)
    expect(drain(fake.ring)).toHaveLength(1)
    const long = Array.from({ length: 100 }, (_, i) => i)
    fake.produce(long)
    expect(drain(fake.ring)).toEqual([long])
    expect(fake.consumed()).toBe(SIZE - 16 + 112)
    fake.end()
  })

  test('gives space back while it reads, not only at the end', () => {
    const fake = fakeRing()
    for (let i = 0; i < 16; i++) fake.produce(Array.from({ length: 248 }, () => i))
    const seen: number[] = []
    fake.ring.drain(() => void seen.push(fake.consumed()))
    expect(seen).toHaveLength(16)
    expect(seen.at(-1)).toBeGreaterThan(SIZE / 2)
    fake.end()
  })
})
