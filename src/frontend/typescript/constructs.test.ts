/**
 * Constructs of JavaScript: statements, arrays, objects, functions.
 */
import { describe, expect, it } from 'vitest'
import { interpret } from '../../../test/support/ir-interpreter.ts'
import { contextOf, irOf } from '../../../test/support/probe-functions.ts'
import { validateFunction } from '../../compiler/ir/validate.ts'

/** Runs a probe; answers what it stores in `out`. */
function run(text: string, args: readonly bigint[] = []): bigint {
  const fn = irOf(text)
  validateFunction(fn)
  const out = new Uint8Array(8)
  interpret(fn, { context: contextOf(args), maps: new Map([['out', out]]) })
  return new DataView(out.buffer).getBigUint64(0, true)
}

describe('constructs', () => {
  it.each([
    [
      'switch',
      'let s = 0n; for (const n of [1, 2, 3, 9]) switch (n) { case 1: s += 1n; case 2: s += 10n; break; default: s += 100n; case 3: s += 1000n } out.set(0, s)',
      2121n,
    ],
    ['switch with no match', 'switch (7) { case 1: out.set(0, 1n) }', 0n],
    ['continue in a switch', 'let s = 0; for (let i = 0; i < 5; i++) { switch (i) { case 2: continue } s += i } out.set(0, BigInt(s))', 8n],
    ['do while', 'let n = 0; do { n += 3 } while (n < 10); out.set(0, BigInt(n))', 12n],
    [
      'labels',
      'let s = 0; outer: for (let i = 0; i < 4; i++) for (let j = 0; j < 4; j++) { if (j === 2) continue outer; if (i === 3) break outer; s += 1 } out.set(0, BigInt(s))',
      6n,
    ],
    ['a label of a block', 'let s = 1n; here: { s = 2n; if (s === 2n) break here; s = 3n } out.set(0, s)', 2n],
    ['for of', 'let s = 0n; for (const n of [1n, 2n, 3n]) s = s * 10n + n; out.set(0, s)', 123n],
    ['for of takes apart', 'let s = 0n; for (const [a, { b }] of [[1n, { b: 2n }], [3n, { b: 4n }]]) s += a * b; out.set(0, s)', 14n],
    ['array elements', 'const a = [1n, 2n, 3n]; a[1] = 7n; a[0]++; out.set(0, a[0] * 100n + a[1] * 10n + BigInt(a.length))', 273n],
    ['array patterns with defaults', 'const [a, , b = 5n, c = 6n] = [1n, 2n, 3n]; out.set(0, a * 100n + b * 10n + c)', 136n],
    [
      'spreads',
      'const a = [1n, 2n]; const [x, y, z] = [0n, ...a]; const o = { p: 1n, q: 2n }; const r = { ...o, q: 5n }; out.set(0, x + y * 10n + z * 100n + r.q * 1000n + o.q * 10000n)',
      25210n,
    ],
    [
      'map, reduce, every, indexOf',
      'const a = [3n, 1n, 2n].map((v, i) => v * 10n + BigInt(i)); out.set(0, a.reduce((x, y) => x + y) * 1000n + a.reduce((x, y) => x + y, 1n) + BigInt(a.indexOf(11n)) * 1000000n + (a.every((v) => v > 5n) ? 7n : 0n) + BigInt(a.indexOf(5n)))',
      63n * 1000n + 64n + 1000000n + 7n - 1n,
    ],
    [
      'includes, some, forEach',
      'let s = 0n; [4n, 5n].forEach((v, i) => { s += v * BigInt(i + 1) }); out.set(0, [1, 2].includes(2) && [1, 2].some((v) => v > 1) ? s : 0n)',
      14n,
    ],
    ['members are shared', 'const o = { a: 1n, in: { b: 2n } }; const p = o; p.a += 5n; p.in.b = 9n; out.set(0, o.a * 10n + o.in.b)', 69n],
    [
      'functions',
      'const twice = (n) => n * 2n; function add(a, b = 10n) { if (a > 5n) return a; return a + b } out.set(0, twice(add(1n)) + add(7n))',
      29n,
    ],
    ['a function that is used before it stands', 'out.set(0, later(4n)); function later(n) { return n + 1n }', 5n],
    ['closures', 'let n = 0n; const count = () => { n++; return n }; count(); count(); out.set(0, n * 10n + count())', 23n],
    ['functions as values', 'const apply = (f, v) => f(v); out.set(0, apply((v) => v * 3n, 4n))', 12n],
    ['?. of what is undefined', 'const u = undefined; out.set(0, u?.a.b.c ?? 4n)', 4n],
    ['?. of what is there', 'const o = { a: { b: 3n } }; out.set(0, o?.a?.b ?? 4n)', 3n],
    ['typeof', "out.set(0, typeof 1n === 'bigint' && typeof 1 === 'number' && typeof undefined === 'undefined' ? 1n : 2n)", 1n],
    [
      'Math.imul, clz32 and sign',
      'out.set(0, BigInt(Math.imul(0xffff, -3) + Math.clz32(1) * 1000 + Math.clz32(0) + Math.clz32(-1) + Math.sign(-5) + 1000000))',
      BigInt(Math.imul(0xffff, -3) + 31000 + 32 + 0 - 1 + 1000000),
    ],
    ['powers', 'let p = 3n; p **= 3n; out.set(0, p + 2n ** 40n + BigInt(5 ** 2) + 7n ** 0n)', 27n + 2n ** 40n + 26n],
    ['startsWith', "out.set(0, 'GET /'.startsWith('GET') ? 1n : 2n)", 1n],
    ['taking apart into variables', 'let a = 1n; let b = 2n; [a, b] = [b, a]; ({ a } = { a: a * 5n }); out.set(0, a * 10n + b)', 101n],
    ['a list of texts', "let s = 0n; for (const t of ['a', 'bb', 'a']) if (t === 'a') s++; out.set(0, s)", 2n],
    ['assignment with ??=', 'const o = { a: undefined, b: 1n }; o.a ??= 4n; o.b ||= 9n; out.set(0, o.a + o.b)', 5n],
  ])('%s', (_, body, expected) => {
    expect(run(`() => { ${body} }`)).toBe(expected)
  })

  it('an element at an index that is known when the probe runs', () => {
    const text = '(ctx) => { const i = Number(BigInt.asUintN(8, ctx.arg(0))); out.set(0, [10n, 20n, 30n][i] ?? 99n) }'
    expect([0n, 2n, 3n].map((at) => run(text, [at]))).toEqual([10n, 30n, 99n])
  })
  it('assigning to such an element', () => {
    const text =
      '(ctx) => { const a = [1n, 2n, 3n]; const i = Number(BigInt.asUintN(1, ctx.arg(0))); a[i] = 9n; out.set(0, a[0] * 100n + a[1] * 10n + a[2]) }'
    expect([0n, 1n].map((at) => run(text, [at]))).toEqual([923n, 193n])
  })
  it('a chain that holds says that what it begins with is there', () => {
    const text = "(ctx) => { const s = user.string(ctx.arg(0), 16); if (s?.startsWith('a')) names.set(s, 1n) }"
    expect(() => irOf(text)).not.toThrow()
  })
  it('texts that depend on the way', () => {
    const text =
      "(ctx) => { const t = ctx.arg(0) > 5n ? 'long one' : 'short'; out.set(0, t === 'short' ? 1n : t.startsWith('long') ? 2n : 3n) }"
    expect([5n, 6n].map((at) => run(text, [at]))).toEqual([1n, 2n])
  })
})

describe('Math.max and Math.min', () => {
  const p = 'Number(BigInt.asIntN(8, ctx.arg(0)))'
  it.each<[string, string, (readonly [bigint, bigint])[]]>([
    [
      'of three',
      `BigInt(Math.max(3, ${p}, 5) * 100 + Math.min(40, ${p}, 30))`,
      [
        [7n, 707n],
        [2n, 502n],
        [100n, 10_030n],
      ],
    ],
    [
      'of one',
      `BigInt(Math.max(${p}) + Math.min(${p}))`,
      [
        [7n, 14n],
        [0n, 0n],
        [100n, 200n],
      ],
    ],
  ])('%s', (_, value, cases) => {
    for (const [arg, expected] of cases) expect(run(`(ctx) => { out.set(0, ${value}) }`, [arg])).toBe(expected)
  })
})
