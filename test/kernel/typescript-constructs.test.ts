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
  const parts = { out, names, probe: uprobe(target.path, 'work', body) }
  const simulation = simulate(parts)
  for (const round of [0n, 1n, 2n]) simulation.hit('probe', { args: [round] })
  expect(simulation.get('out', 0)).toBe(expected)
  await using session = await trace(parts)
  await target.rounds(3)
  expect(session.out.get(0)).toBe(expected)
})
