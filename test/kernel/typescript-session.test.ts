/**
 * The life of sessions on the kernel: what detaching keeps, what ends them, and that nothing of them stays.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { array, ClosedError, hash, ringbuf, struct, trace, UsageError, u32, u64, uprobe } from 'borescope'
import { expect, it } from 'vitest'
import { needs } from '../support/needs.ts'
import { useRunningTarget } from '../support/running-target.ts'

const SESSIONS = process.env.BORESCOPE_LONG === '1' ? 1_000 : 60
/** What a leak of one descriptor or of 64 KB a session would be far above. */
const MOST_BYTES_A_SESSION = 64 * 1024

const target = useRunningTarget('pie')

function program() {
  const byValue = hash(u64, u32, 64)
  const total = array(u64, 1)
  const events = ringbuf(struct({ value: u64 }))
  const probe = uprobe(target.path, 'work', ({ arg }) => {
    const value = arg(0)
    byValue.set(value % 8n, (byValue.get(value % 8n) ?? 0) + 1)
    total.set(0, total.get(0) + 1n)
    events.emit({ value })
  })
  return { byValue, total, events, probe }
}

it('a detached session counts no more, and what it has can be read', async (context) => {
  needs(context, 'root')
  await using session = await trace(program())
  await target.rounds(16)
  session.detach()
  await target.rounds(16)
  expect(session.total.get(0)).toBe(16n)
  expect(session.events.take()).toHaveLength(16)
  session.detach()
  await session.close()
  expect(() => session.detach()).toThrow(ClosedError)
})

it('hashes are read, filled and emptied as a whole', async (context) => {
  needs(context, 'root')
  await using session = await trace(program())
  await target.rounds(16)
  const { byValue } = session
  const sorted = (entries: readonly (readonly [bigint, number])[]) => [...entries].sort(([a], [b]) => Number(a - b))
  const all = Array.from({ length: 8 }, (_, value) => [BigInt(value), 2])
  expect(byValue.size).toBe(8)
  expect(sorted([...byValue])).toEqual(all)
  expect(byValue.keys().toSorted()).toEqual([0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n])
  expect(byValue.values()).toEqual(Array(8).fill(2))
  expect(sorted(byValue.takeAll())).toEqual(all)
  expect(byValue.size).toBe(0)
  byValue.setAll(new Map([[1n, 5], [9n, 6]])) // biome-ignore format: a pair a line says less
  expect(sorted(byValue.entries())).toEqual([[1n, 5], [9n, 6]]) // biome-ignore format: as above
  byValue.clear()
  expect(byValue.entries()).toEqual([])
})

it('an aborted signal ends the loop and closes the session', async (context) => {
  needs(context, 'root')
  const controller = new AbortController()
  const session = await trace(program(), { signal: controller.signal })
  await target.rounds(3)
  const seen: bigint[] = []
  for await (const { value } of session.events) if (seen.push(value) === 3) controller.abort()
  expect(seen).toHaveLength(3)
  expect(() => session.total.get(0)).toThrow(ClosedError)
  await expect(trace(program(), { signal: controller.signal })).rejects.toThrow('aborted')
  await expect(trace({ detach: array(u64, 1) })).rejects.toThrow(UsageError)
})

it(`${SESSIONS} sessions leave nothing behind`, { timeout: 600_000 }, async (context) => {
  needs(context, 'root')
  const once = async () => {
    await using session = await trace(program())
    await target.rounds(1)
    for await (const { value } of session.events) {
      expect(value).toBeTypeOf('bigint')
      break
    }
  }
  const descriptors = () => readdirSync('/proc/self/fd').length
  for (let warm = 0; warm < 10; warm++) await once()
  const rings = () => readFileSync('/proc/self/maps', 'latin1').split('anon_inode:bpf-map').length
  const before = { descriptors: descriptors(), rings: rings(), bytes: await heapBytes() }
  for (let session = 0; session < SESSIONS; session++) await once()
  expect(descriptors()).toBe(before.descriptors)
  expect(rings()).toBe(before.rings)
  expect((await heapBytes()) - before.bytes).toBeLessThan(SESSIONS * MOST_BYTES_A_SESSION)
})

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** What the heap holds, and what lies outside of it, once the garbage is gone: that takes turns of the event loop. */
async function heapBytes(): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let round = 0; round < 12; round++) {
    collectGarbage()
    await new Promise((resolve) => setTimeout(resolve, 20))
    const { heapUsed, external } = process.memoryUsage()
    least = Math.min(least, heapUsed + external)
  }
  return least
}
