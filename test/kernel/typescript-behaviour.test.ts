/**
 * Small probes as a user would write them: on the kernel they store and send what they do as plain JavaScript.
 */
import {
  array,
  count,
  cstring,
  global,
  hash,
  hist,
  i32,
  type ProbeContext,
  ringbuf,
  simulate,
  string,
  struct,
  trace,
  u16,
  u32,
  u64,
  uprobe,
  user,
} from 'borescope'
import { beforeEach, expect, it } from 'vitest'
import { needs } from '../support/needs.ts'
import { useRunningTarget } from '../support/running-target.ts'

beforeEach((context) => needs(context, 'root', { command: 'gcc' }))
const target = useRunningTarget('no-pie')

const out = array(u64, 1)
const counts = hash(u32, u64)
const structs = hash(struct({ pid: u32, name: string(16) }), struct({ n: u64, small: u16, neg: i32 }))
const events = ringbuf(struct({ a: u32, b: cstring(32), c: u64 }))
const total = global(u64, 3n)
const sizes = hash(cstring(16), hist())
const pairs = hash(struct({ a: u32, b: u64 }), count())
const NAMES = ['zero', 'one', 'two', 'three']
/** Bodies; `arg(0)` is the number of the round, from 0 on, of which there are three. */
const BODIES: readonly (readonly [name: string, body: (ctx: ProbeContext) => void])[] = [
  [
    'an element of a captured list, as text',
    (ctx) => {
      const i = Number(ctx.arg(0) & 3n)
      events.emit({ a: i, b: NAMES[i] ?? 'none', c: 1n })
    },
  ],
  [
    'structs as keys and values',
    (ctx) => {
      const k = { pid: ctx.pid, name: ctx.comm }
      const old = structs.get(k)
      structs.set(k, { n: (old?.n ?? 0n) + 1n, small: ((old?.small ?? 0) + 3) & 0xffff, neg: -5 })
      out.set(0, structs.get(k)?.n ?? 77n)
    },
  ],
  [
    'small and negative fields wrap',
    (ctx) => {
      const k = { pid: ctx.pid, name: 'x' }
      structs.set(k, { n: 1n, small: 70000, neg: -5 })
      const v = structs.get(k)
      if (v) out.set(0, BigInt(v.neg + 10) + BigInt(v.small))
    },
  ],
  [
    'loops in loops over a map',
    () => {
      for (let i = 0; i < 10; i++) {
        for (let j = 0; j < 10; j++) {
          if ((i + j) % 3 === 0) counts.increment(i)
        }
      }
      let t = 0n
      for (let i = 0; i < 10; i++) t += counts.get(i) ?? 0n
      out.set(0, t)
    },
  ],
  [
    'a while loop over bits',
    (ctx) => {
      let x = BigInt.asUintN(32, ctx.arg(0) + 1000n)
      let n = 0
      while (x > 0n) {
        n++
        x >>= 1n
      }
      out.set(0, BigInt(n))
    },
  ],
  [
    'a loop with a bound and a condition',
    (ctx) => {
      let left = ctx.arg(0) * 1000n + 700n
      let steps = 0n
      for (let i = 0; i < 500 && left > 3n && steps < 450n; i++) {
        left -= 3n
        steps++
      }
      out.set(0, left * 1000n + steps)
    },
  ],
  [
    'one choice after another',
    (ctx) => {
      const a = ctx.arg(0)
      out.set(0, a === 0n ? 10n : a === 1n ? 20n : a < 5n ? 30n : 40n)
    },
  ],
  [
    'switch on text',
    (ctx) => {
      switch (ctx.comm) {
        case 'nosuch':
          out.set(0, 1n)
          break
        case 'target':
          out.set(0, 2n)
          break
        default:
          out.set(0, 3n)
      }
    },
  ],
  [
    'a global in a loop of many rounds',
    () => {
      for (let i = 0; i < 200; i++) total.value += 1n
      out.set(0, total.value)
    },
  ],
  [
    'aggregations by text and by struct',
    (ctx) => {
      sizes.add(ctx.comm, ctx.arg(0))
      pairs.add({ a: ctx.pid, b: ctx.arg(0) })
      out.set(0, pairs.has({ a: ctx.pid, b: ctx.arg(0) }) ? 1n : 0n)
    },
  ],
  [
    'parameters taken apart, with defaults',
    (ctx) => {
      const f = ({ a, b = 2n }: { a: bigint; b?: bigint }, [x, y]: [bigint, bigint]) => a * b + x - y
      out.set(0, f({ a: ctx.arg(0) }, [10n, 1n]))
    },
  ],
  [
    'a return from a loop of a function',
    (ctx) => {
      const find = (list: bigint[], v: bigint) => {
        for (let i = 0; i < list.length; i++) if (list[i] === v) return i
        return -1
      }
      out.set(0, BigInt(find([5n, 1n, 2n, 9n], ctx.arg(0)) + 10))
    },
  ],
  [
    'comma and void',
    () => {
      let a = 1n
      // biome-ignore lint/complexity/noCommaOperator: it is what is tested
      const b = (a++, a)
      void b
      out.set(0, a + b)
    },
  ],
  [
    '??= of what may be undefined',
    (ctx) => {
      let v = counts.get(4242)
      v ??= ctx.arg(0) + 5n
      out.set(0, v)
    },
  ],
  [
    '||= and &&=',
    () => {
      let v = counts.get(4242)
      v ||= 9n
      let w = 0n
      w &&= 5n
      out.set(0, v + w)
    },
  ],
  [
    'products of more than 64 bits',
    (ctx) => {
      const p = (ctx.arg(0) + 0xffffffffffffn) * 0xffffn
      out.set(0, p / 3n + (p % 7n))
    },
  ],
  [
    'a difference below zero',
    (ctx) => {
      const d = ctx.arg(0) - 5n
      out.set(0, d < 0n ? 1n : 2n)
    },
  ],
  [
    'a template without holes',
    (ctx) => {
      const who = `x`
      events.emit({ a: 1, b: who, c: ctx.arg(0) })
    },
  ],
  [
    'forEach with an index',
    () => {
      let t = 0n
      NAMES.forEach((n, i) => {
        if (n.startsWith('t')) t += BigInt(i)
      })
      out.set(0, t)
    },
  ],
  [
    'what a break leaves behind',
    () => {
      let found = -1
      for (let i = 0; i < 500; i++) {
        if (counts.get(i) === undefined && i > 100) {
          found = i
          break
        }
      }
      out.set(0, BigInt(found))
    },
  ],
  [
    'text and memory in a loop of many rounds',
    (ctx) => {
      let n = 0
      for (let i = 0; i < 300; i++) {
        if (ctx.comm === 'target') n++
        if (user.read(u64, ctx.arg(0)) !== undefined) n += 2
      }
      out.set(0, BigInt(n))
    },
  ],
  [
    'records from a loop of many rounds',
    (ctx) => {
      for (let i = 0; i < 70; i++) events.emit({ a: i, b: ctx.comm, c: BigInt(i) })
      out.set(0, 1n)
    },
  ],
  [
    'update in a loop of many rounds',
    () => {
      for (let i = 0; i < 100; i++) counts.update(i % 7, (o) => (o ?? 0n) + BigInt(i))
      out.set(0, counts.get(3) ?? 0n)
    },
  ],
  [
    'an array written at an index',
    () => {
      const b = [0n, 0n, 0n, 0n]
      for (let i = 0; i < 16; i++) {
        const at = i & 3
        b[at] = (b[at] ?? 0n) + 1n
      }
      out.set(0, b[0] * 1000n + b[3])
    },
  ],
  [
    'an array written in a loop of many rounds',
    () => {
      const b = [0n, 0n]
      for (let i = 0; i < 100; i++) {
        const at = i & 1
        b[at] = (b[at] ?? 0n) + 1n
      }
      out.set(0, b[0] * 1000n + b[1])
    },
  ],
]
it.each(BODIES)('%s', async (_, body) => {
  const parts = { out, counts, structs, events, total, sizes, pairs, probe: uprobe(target.path, 'work', body) }
  const simulation = simulate(parts)
  for (const round of [0n, 1n, 2n]) simulation.fire('probe', { args: [round], comm: 'target', pid: 1 })
  await using session = await trace(parts)
  await target.rounds(3)
  expect(session.out.get(0)).toBe(simulation.get('out', 0))
  const texts = (records: readonly unknown[]) => records.map((record) => (record as { readonly b: string }).b)
  expect(texts(session.events.take())).toEqual(texts(simulation.take('events')))
})
