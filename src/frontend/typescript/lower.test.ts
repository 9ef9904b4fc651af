import { describe, expect, it } from 'vitest'
import { interpret } from '../../../test/support/ir-interpreter.ts'
import { contextOf, irOf, lowerText } from '../../../test/support/probe-functions.ts'
import type { Instruction, IrFunction } from '../../compiler/ir/ir.ts'
import { validateFunction } from '../../compiler/ir/validate.ts'

/** Runs a probe whose result is what it stores in `out`. */
function run(text: string, { args = [], call }: { args?: readonly bigint[]; call?: (helper: string) => bigint } = {}): bigint {
  const fn = irOf(text)
  validateFunction(fn)
  const out = new Uint8Array(8)
  interpret(fn, {
    context: contextOf(args),
    maps: new Map([
      ['out', out],
      ['small', new Uint8Array(4)],
      ['lost', new Uint8Array(16)],
    ]),
    ...(call === undefined ? {} : { call: (helper) => call(helper) }),
  })
  return new DataView(out.buffer).getBigUint64(0, true)
}
function instructionsOf(fn: IrFunction): Instruction[] {
  return fn.blocks.flatMap((block) => block.instructions)
}

describe('values', () => {
  it.each([
    ['a constant', 'out.set(0, 7n)', 7n],
    ['a captured constant', 'out.set(0, LIMIT)', 1000n],
    ['a negative bigint wraps where 64 bits are declared', 'out.set(0, -1n)', 0xffff_ffff_ffff_ffffn],
    ['more than 64 bits on the way', 'out.set(0, (0xffffffffffffffffn + 1n) / 2n)', 1n << 63n],
    ['a number becomes a bigint', 'out.set(0, BigInt(SIZE * 2))', 16n],
    ['&& and || answer one of their sides', 'out.set(0, (0n || 5n) + (3n && 4n))', 9n],
    ['a template without holes is text', "out.set(0, `a` === 'a' ? 1n : 2n)", 1n],
    ['sequence', 'out.set(0, (1n, 2n))', 2n],
    ['object members', 'const o = { a: 1n, b: 2n }; out.set(0, o.b)', 2n],
    ['an object that is taken apart', 'const { a, b: c } = { a: 1n, b: 2n }; out.set(0, a + c)', 3n],
    ['let, ++ and compound assignment', 'let i = 1; i++; ++i; i <<= 2; out.set(0, BigInt(i--) + BigInt(i))', 23n],
    ['a loop', 'let s = 0; for (let i = 0; i < 10; i++) { if (i === 3) continue; if (i === 6) break; s += i } out.set(0, BigInt(s))', 12n],
    ['while', 'let n = 40; while (n > 7) n -= 7; out.set(0, BigInt(n))', 5n],
    ['shadowing', 'const a = 1n; { const a = 2n; out.set(0, a) } out.set(0, a * 10n)', 10n],
    ['?? of what is there', 'const v = 0n; out.set(0, v ?? 5n)', 0n],
    ['undefined is falsy', 'out.set(0, undefined ? 1n : 2n)', 2n],
  ])('%s', (_, body, expected) => {
    expect(run(`() => { ${body} }`)).toBe(expected)
  })

  it('an expression for a body', () => {
    expect(run('() => out.set(0, 3n)')).toBe(3n)
  })
  it('a function expression, and a context that is taken apart', () => {
    expect(
      run('function probe({ arg, pid: id }) { out.set(0, arg(1) + BigInt(id)) }', { args: [1n, 2n], call: () => (5n << 32n) | 6n }),
    ).toBe(7n)
  })
  it('an early return', () => {
    const text = '(ctx) => { if (ctx.arg(0) > 5n) return; out.set(0, 1n) }'
    expect([run(text, { args: [6n] }), run(text, { args: [5n] })]).toEqual([0n, 1n])
  })
  it('the difference of clocks is exact: false when time went backwards', () => {
    const text = '(ctx) => { const d = ctx.arg(0) - ctx.arg(1); out.set(0, d > 5n ? 1n : 2n) }'
    expect([run(text, { args: [100n, 90n] }), run(text, { args: [90n, 100n] }), run(text, { args: [95n, 90n] })]).toEqual([1n, 2n, 2n])
  })
  it('Go arguments come in the registers of Go', () => {
    const out = new Uint8Array(8)
    const context = new Uint8Array(168)
    new DataView(context.buffer).setBigUint64(80, 77n, true) // ax
    interpret(irOf('(ctx) => { out.set(0, ctx.arg(0)) }', { target: { isGo: true } }), { context, maps: new Map([['out', out]]) })
    expect(out[0]).toBe(77)
  })
  it('the result of a return probe', () => {
    const out = new Uint8Array(8)
    const context = new Uint8Array(168)
    new DataView(context.buffer).setBigUint64(80, 78n, true)
    interpret(irOf('(ctx) => { out.set(0, ctx.retval) }', { return: true }), { context, maps: new Map([['out', out]]) })
    expect(out[0]).toBe(78)
  })
})

describe('maps', () => {
  it('a read with a fallback of zero has no branch: the helper zeroes what it cannot read', () => {
    const instructions = instructionsOf(irOf('() => { out.set(0, user.read(u64, symbol, 0n)) }'))
    expect(instructions.map((instruction) => (instruction.kind === 'call' ? instruction.helper : instruction.kind))).toEqual([
      'stack_slot',
      'map_value',
      'probe_read_user',
      'load',
      'store',
    ])
  })
  it('a read that fails answers its fallback', () => {
    expect(run('() => { out.set(0, user.read(u64, symbol, 5n)) }', { call: () => -14n })).toBe(5n)
    expect(run('() => { const v = user.read(u64, symbol); out.set(0, v === undefined ? 6n : 7n) }', { call: () => -14n })).toBe(6n)
  })
  it('a looked-up value is the one of the moment of get', () => {
    const fn = irOf('() => { const v = starts.get(1); starts.set(1, 9n); if (v !== undefined) out.set(0, v) }')
    validateFunction(fn)
    const loads = instructionsOf(fn).findIndex((instruction) => instruction.kind === 'load' && instruction.pointer.type === 'ptr.map_value')
    const update = instructionsOf(fn).findIndex((instruction) => instruction.kind === 'call' && instruction.helper === 'map_update_elem')
    expect(blockOrder(fn, 'load')).toBeLessThan(blockOrder(fn, 'map_update_elem'))
    expect([loads, update]).not.toContain(-1)
  })
  it('get, test, use is one null check and one load', () => {
    const instructions = instructionsOf(irOf('() => { const v = starts.get(1); if (v !== undefined) out.set(0, v) }'))
    expect(instructions.filter((instruction) => instruction.kind === 'load')).toHaveLength(1)
    expect(instructions.filter((instruction) => instruction.kind === 'compare')).toHaveLength(1)
  })
  it.each([
    ['writes beyond the end do nothing', 'slots.set(Number(BigInt.asUintN(40, ctx.arg(0))), 1n)', 'ult'],
    ['an index that fits 32 bits is tested all the same', 'slots.set(Number(BigInt.asUintN(8, ctx.arg(0))), 1n)', 'ult'],
    ['a negative index is beyond the end', 'slots.set(-Number(BigInt.asUintN(8, ctx.arg(0))) + 3, 1n)', 'ult'],
  ])('%s', (_, body, predicate) => {
    const compares = instructionsOf(irOf(`(ctx) => { ${body} }`)).flatMap((instruction) =>
      instruction.kind === 'compare' ? [instruction.predicate] : [],
    )
    expect(compares).toContain(predicate)
  })
  it('an index in range by a test', () => {
    const text = '(ctx) => { const i = Number(BigInt.asUintN(32, ctx.arg(0))); if (i < 8) out.set(0, slots.get(i)) }'
    expect(lowerText(text).diagnostics).toEqual([])
  })
  it('emit reserves, fills and submits', () => {
    const fn = irOf('(ctx) => { events.emit({ pid: ctx.pid, comm: ctx.comm, small: 70000, value: nsecs(), flag: ctx.pid > 5 }) }')
    validateFunction(fn)
    const calls = instructionsOf(fn).flatMap((instruction) => (instruction.kind === 'call' ? [instruction.helper] : []))
    expect(calls).toEqual(expect.arrayContaining(['get_current_comm', 'ringbuf_reserve', 'ringbuf_submit']))
  })
  it.each([
    ['text keys', "(ctx) => { names.set(ctx.comm, 1n); names.set('a', 2n); out.set(0, names.get('a') ?? 0n) }"],
    ['has and delete', '(ctx) => { if (starts.has(ctx.pid)) starts.delete(ctx.pid) }'],
    ['text compared', "(ctx) => { if (ctx.comm === NAME && ctx.comm !== 'x') out.set(0, 1n) }"],
    ['text of the process', '(ctx) => { const s = user.string(ctx.arg(0), 16); if (s !== undefined) names.set(s, 1n) }'],
    [
      'truth of what may be undefined',
      '(ctx) => { const v = starts.get(ctx.tid); if (v) out.set(0, 100n / v); else starts.set(ctx.tid, 1n) }',
    ],
    ['&& narrows', '(ctx) => { const v = starts.get(ctx.tid); if (v !== undefined && v > 5n && nsecs() > v) out.set(0, v) }'],
    ['an early return narrows', '(ctx) => { const v = starts.get(ctx.tid); if (v === undefined) return; out.set(0, v) }'],
    ['! narrows', '(ctx) => { const v = starts.get(ctx.tid); if (!(v === undefined || v === 0n)) out.set(0, 5n / v) }'],
    ['??= ', '(ctx) => { let v = starts.get(ctx.tid); v ??= 4n; out.set(0, v) }'],
    ['undefined on one way', '(ctx) => { let v; if (ctx.pid > 5) v = 3n; out.set(0, v ?? 1n) }'],
  ])('%s', (_, text) => {
    const { fn, diagnostics } = lowerText(text)
    expect(diagnostics.map(({ message }) => message)).toEqual([])
    validateFunction(fn!)
  })
})

/** The place of the first such instruction in the order of the blocks' making. */
function blockOrder(fn: IrFunction, what: string): number {
  return fn.blocks.findIndex((block) =>
    block.instructions.some((instruction) => (instruction.kind === 'call' ? instruction.helper : instruction.kind) === what),
  )
}

describe('mistakes', () => {
  it.each<[string, string, string]>([
    ['not-supported', 'new Map()', 'new Map()'],
    ['not-supported', '`$'.concat('{1}`'), '`$'.concat('{1}`')],
    ['not-supported', 'try {} catch {}', 'try {} catch {}'],
    ['wrong-type', 'for (const a of events) {}', 'events'],
    ['not-supported', 'for (const a in { b: 1 }) {}', 'for (const a in { b: 1 }) {}'],
    ['recursion', 'const f = (n) => f(n); f(1)', 'f(n)'],
    ['not-supported', 'const f = async () => 1; f()', 'async () => 1'],
    ['index-not-in-range', 'const list = [1n, 2n]; list[ctx.cpu] = 3n', 'ctx.cpu'],
    ['wrong-type', 'out.set(0, [1n, 2n][ctx.cpu])', '[1n, 2n][ctx.cpu]'],
    ['unknown-method', '[1].push(2)', '[1].push'],
    ['not-supported', 'const o = { a: 1n }; o.b = 2n', 'o.b'],
    ['not-supported', 'var a = 1; out.set(0, a)', 'var a = 1;'],
    ['not-supported', "out.set(0, 'a' + 'b')", "'a' + 'b'"],
    ['not-supported', 'events.a = 2n', 'events.a'],
    ['unresolved-name', 'missing()', 'missing'],
    ['unresolved-name', 'user.poke(u64, 5n)', 'user.poke'],
    ['wrong-type', 'out.set(0, 1)', '1'],
    ['wrong-type', 'small.set(0, 1n)', '1n'],
    ['wrong-type', 'out.set(0, starts.get(1))', 'starts.get(1)'],
    ['wrong-type', 'out.set(0, starts.get(1) + 1n)', 'starts.get(1)'],
    ['wrong-type', 'let s = 1n; s += starts.get(1)', 'starts.get(1)'],
    ['wrong-type', 'out.set(0, 1n - starts.get(1))', 'starts.get(1)'],
    ['not-supported', 'throw ctx.pid', 'throw ctx.pid'],
    ['not-supported', 'if (/x/.test(ctx.comm)) return', '/x/'],
    ['unknown-method', 'starts.forEach((v) => v)', 'starts.forEach'],
    ['wrong-type', "starts.set('a', 1n)", "'a'"],
    ['wrong-type', 'small.set(0, 7 / 2)', '7 / 2'],
    ['wrong-type', 'user.read(5n, 5n)', '5n'],
    ['wrong-type', 'out.set(0, user.read(u64, 5n, 0))', '0'],
    ['mixed-types', 'out.set(0, 1n + 1)', '1n + 1'],
    ['maybe-zero', 'out.set(0, 5n / ctx.arg(0))', '5n / ctx.arg(0)'],
    ['maybe-zero', 'small.set(0, 5 % ctx.pid)', '5 % ctx.pid'],
    ['number-too-large', 'small.set(0, ctx.pid * ctx.pid)', 'ctx.pid * ctx.pid'],
    ['number-too-large', 'small.set(0, Number(ctx.arg(0)))', 'ctx.arg(0)'],
    ['bigint-too-large', 'out.set(0, ctx.arg(0) * ctx.arg(0) * ctx.arg(0))', 'ctx.arg(0) * ctx.arg(0) * ctx.arg(0)'],
    ['not-an-integer', 'small.set(0, 0.5)', '0.5'],
    ['not-an-integer', 'small.set(0, HALF)', 'HALF'],
    ['captured-assignment', 'LIMIT = 5n', 'LIMIT'],
    ['constant-assignment', 'const a = 1n; a = 2n', 'a'],
    ['used-before-declaration', 'out.set(0, SIZE2); const SIZE2 = 1n', 'SIZE2'],
    ['conflicting-types', 'let a = 1; if (ctx.pid > 5) a = 1n; out.set(0, a)', 'a'],
    ['loose-equality', 'if (ctx.pid == 5) return', 'ctx.pid == 5'],
    ['never-equal', 'if (ctx.pid === 5n) return', 'ctx.pid === 5n'],
    ['wrong-type', 'if (starts.get(1) > 5n) return', 'starts.get(1)'],
    ['never-equal', 'if (starts.get(1) === 5) return', 'starts.get(1) === 5'],
    ['bigint-too-large', `out.set(0, ${1n << 130n}n)`, `${1n << 130n}n`],
    ['unknown-member', 'ctx.nope', 'ctx.nope'],
    ['unknown-method', 'out.push(1n)', 'out.push'],
    ['not-callable', 'LIMIT()', 'LIMIT'],
    ['bad-argument-index', 'ctx.arg(6)', 'ctx.arg(6)'],
    ['no-result', 'ctx.retval', 'ctx.retval'],
    ['index-not-in-range', 'slots.get(ctx.pid)', 'ctx.pid'],
    ['index-out-of-range', 'slots.set(8, 1n)', '8'],
    ['unbounded-loop', 'for (let i = 0; i < ctx.pid; i++) {}', 'i < ctx.pid'],
    ['unknown-field', 'events.emit({ pid: 1, nope: 1 })', 'nope'],
    ['missing-field', "events.emit({ pid: 1, comm: 'a', small: 1, value: 1n })", "{ pid: 1, comm: 'a', small: 1, value: 1n }"],
    ['address-of-other-object', 'user.read(u64, foreign)', 'foreign'],
    ['wrong-argument-count', 'out.set(0)', 'out.set(0)'],
    ['wide-division', 'out.set(0, ctx.arg(0) / (ctx.arg(1) + ctx.arg(2) + 1n))', 'ctx.arg(0) / (ctx.arg(1) + ctx.arg(2) + 1n)'],
    ['shift-count', 'out.set(0, 1n << BigInt.asIntN(8, ctx.arg(0)))', '1n << BigInt.asIntN(8, ctx.arg(0))'],
  ])('%s: %s', (code, body, place) => {
    const text = `(ctx) => { ${body} }`
    const { diagnostics } = lowerText(text)
    expect(diagnostics.map((diagnostic) => [diagnostic.code, text.slice(diagnostic.span.start, diagnostic.span.end)])).toEqual([
      [code, place],
    ])
  })

  it('all are reported, in order', () => {
    const { diagnostics } = lowerText('(ctx) => { out.set(0, 1)\n missing()\n if (ctx.pid == 1) { new Map() } else { x = 1 } }')
    expect(diagnostics.map(({ code }) => code)).toEqual([
      'wrong-type',
      'unresolved-name',
      'loose-equality',
      'not-supported',
      'captured-assignment',
    ])
  })
  it.each<[string, string]>([
    ['not-supported', 'async () => {}'],
    ['not-supported', 'function* f() {}'],
    ['not-supported', 'probe() { }'],
    ['too-many-parameters', '(a, b) => {}'],
    ['no-source-text', 'function () { [native code] }'],
    ['syntax-error', '() => { let let }'],
  ])('%s: %s', (code, text) => {
    expect(lowerText(text).diagnostics.map((diagnostic) => diagnostic.code)).toEqual([code])
  })
})
