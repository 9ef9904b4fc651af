/**
 * Constructs of TypeScript in probes that capture functions, arrays and objects of this file: on the kernel, and as plain JavaScript.
 */
import { array, hash, type ProbeContext, simulate, string, trace, u32, u64, uprobe } from 'borescope'
import { beforeEach, expect, it } from 'vitest'
import { needs } from '../support/needs.ts'
import { useRunningTarget } from '../support/running-target.ts'

const target = useRunningTarget('no-pie')
beforeEach((context) => needs(context, 'root', { command: 'gcc' }))

const out = array(u64, 1)
const names = hash(u32, string(16))

const WEIGHTS = [3n, 5n, 7n, 11n]
const TABLE = new Uint32Array([100, 200, 300])
const LIMITS = { low: 2n, high: 4n, tag: 'edge', nested: { step: 10 } }
const scale = (value: bigint, by = LIMITS.high): bigint => {
  if (value < LIMITS.low) return 0n
  return value * by
}
function weigh(index: number): bigint {
  return scale(WEIGHTS[index] ?? 1n)
}

const squares = array(u64, 256)
/** FNV-1a of the numbers below `count`. */
function fnv(count: number): number {
  let hash = 2166136261
  for (let i = 0; i < count; i++) hash = Math.imul(hash ^ (i & 0xff), 16777619) >>> 0
  return hash
}

type Body = (ctx: ProbeContext) => void

/** Bodies, and what they store; `arg(0)` is the number of the round, from 0 on, of which there are three. */
const BODIES: readonly (readonly [name: string, expected: bigint, body: Body])[] = [
  ['functions of the file', 3n * 4n + 11n * 4n, () => out.set(0, weigh(0) + weigh(3) + scale(1n))],
  ['a table at an index that the probe finds', 7n, (ctx) => out.set(0, WEIGHTS[Number(BigInt.asUintN(8, ctx.arg(0)))] ?? 99n)],
  ['a typed array', 300n, (ctx) => out.set(0, BigInt(TABLE[Number(BigInt.asUintN(8, ctx.arg(0)))] ?? 7))],
  ['members of a plain object', 10n + 4n, () => out.set(0, BigInt(LIMITS.nested.step) + LIMITS.high)],
  [
    'for of a captured array',
    26n,
    () => {
      let sum = 0n
      for (const weight of WEIGHTS) sum += weight
      out.set(0, sum)
    },
  ],
  [
    'a loop of many rounds',
    499_500n + 2n,
    (ctx) => {
      let sum = 0n
      let odd = false
      for (let i = 0; i < 1000; i++) {
        sum += BigInt(i)
        if (i === 999) odd = !odd
      }
      out.set(0, sum + (odd ? ctx.arg(0) : 0n))
    },
  ],
  [
    'break, continue and return in loops of many rounds, and one in another',
    12_502n,
    (ctx) => {
      const count = (from: number) => {
        let n = 0
        for (let i = from; i > 0; i -= 2) {
          if (i === 50) return n
          n++
        }
        return 0
      }
      let total = 0n
      outer: for (let i = 0n; i < 100n; i++) {
        if (i === 25n) break
        for (let j = 0; j < 1000; j++) {
          if (j === 500) continue outer
          total++
        }
      }
      out.set(0, total + ctx.arg(0) + BigInt(count(50)))
    },
  ],
  [
    'a loop to an end that the probe finds, over a map',
    300n,
    (ctx) => {
      const end = Number(BigInt.asUintN(8, ctx.arg(0))) * 100
      let sum = 0n
      for (let i = 0; i <= end; i++) sum += squares.get(i % 256) ?? 0n
      for (let i = 0; i < 100; i++) squares.set(i, BigInt(i + 1))
      out.set(0, sum === 0n && ctx.arg(0) === 0n ? 0n : sum > 0n ? 300n : 1n)
    },
  ],
  [
    'sums of more than 64 bits, and what only some rounds change',
    300n * 2n + 1n,
    (ctx) => {
      let sum = 0n
      let hits = 0
      for (let i = 0; i < 300; i++) {
        for (let j = 0; j < 200; j++) if (ctx.arg(0) === BigInt(j % 100)) hits++
        sum += ctx.arg(0) + 0x8000000000000000n
      }
      out.set(0, BigInt(hits) + (sum > 0x95_0000000000000000n && sum < 0x97_0000000000000000n ? 1n : 0n))
    },
  ],
  [
    'a hash over many rounds',
    BigInt(fnv(2000)),
    () => {
      let hash = 2166136261
      for (let i = 0; i < 2000; i++) hash = Math.imul(hash ^ (i & 0xff), 16777619) >>> 0
      out.set(0, BigInt(hash))
    },
  ],
  [
    'switch on an argument',
    1020n,
    (ctx) => {
      switch (ctx.arg(0)) {
        case 0n:
        case 1n:
          out.set(0, 1n)
          break
        default:
          out.set(0, out.get(0) + 1019n)
      }
    },
  ],
  [
    'text chosen by the way, in a map',
    2n,
    (ctx) => {
      names.set(1, ctx.arg(0) > 1n ? 'many rounds' : 'few')
      const name = names.get(1)
      out.set(0, name === 'few' ? 1n : name?.startsWith('many') ? 2n : 3n)
    },
  ],
  [
    'texts of two entries are compared whole',
    12n,
    (ctx) => {
      names.set(1, 'same')
      names.set(2, ctx.arg(0) === 0n ? 'other' : 'same')
      names.set(3, 'samesame')
      const [a, b, c] = [names.get(1), names.get(2), names.get(3)]
      if (a !== undefined && b !== undefined && c !== undefined) out.set(0, (a === b ? 10n : 0n) + (a === c ? 0n : 2n))
    },
  ],
  [
    'closures and objects that are shared',
    222n,
    (ctx) => {
      const state = { count: 0n, last: [0n, 0n] }
      const note = (value: bigint) => {
        state.count++
        state.last[Number(state.count & 1n)] = value
      }
      for (let i = 0; i < 2; i++) note(ctx.arg(0))
      out.set(0, state.count * 100n + (state.last[0] ?? 0n) * 10n + (state.last[1] ?? 0n))
    },
  ],
  [
    'optional chains and defaults',
    5n,
    (ctx) => {
      const { missing = 5n } = { missing: ctx.arg(0) > 1n ? undefined : 1n }
      out.set(0, names.get(77)?.startsWith('x') ? 9n : missing)
    },
  ],
]

it.each(BODIES)('%s', async (_, expected, body) => {
  const parts = { out, names, squares, probe: uprobe(target.path, 'work', body) }
  const simulation = simulate(parts)
  for (const round of [0n, 1n, 2n]) simulation.fire('probe', { args: [round] })
  expect(simulation.get('out', 0)).toBe(expected)
  await using session = await trace(parts)
  await target.rounds(3)
  expect(session.out.get(0)).toBe(expected)
})
