/**
 * Does my probe count what it should? A test of a probe that needs no kernel and no root: the same function, as plain JavaScript, against
 * simulated maps. `npx tsx --test examples/unit-test.ts`.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import { hash, simulate, u32, u64, uprobe, user } from 'borescope'

const bytes = hash(u32, u64)
const large = hash(u32, u64)

/** Adds up what each process writes; buffers that begin with a zero are not counted. */
const write = uprobe('libc.so.6', 'write', (ctx) => {
  if (user.read(u64, ctx.arg(1)) === 0n) return
  bytes.increment(ctx.pid, ctx.arg(2))
  if (ctx.arg(2) > 4096n) large.increment(ctx.pid)
})

test('bytes are added up by process', () => {
  const simulation = simulate({ bytes, large, write })
  simulation.fire('write', { pid: 1, args: [1n, 0x1000n, 100n] })
  simulation.fire('write', { pid: 1, args: [1n, 0x1000n, 5000n] })
  simulation.fire('write', { pid: 2, args: [1n, 0x1000n, 1n] })
  assert.equal(simulation.get('bytes', 1), 5100n)
  assert.equal(simulation.get('large', 1), 1n)
  assert.equal(simulation.get('large', 2), undefined)
})

test('buffers that begin with a zero are not counted', () => {
  const simulation = simulate({ bytes, large, write })
  simulation.fire('write', { pid: 1, args: [1n, 0x1000n, 100n], memory: (_, size) => new Uint8Array(size) })
  assert.equal(simulation.get('bytes', 1), undefined)
})
