/**
 * The promise of this front-end: a function means in the kernel what it means in JavaScript. Random expressions and small
 * programs are lowered and interpreted, and run as JavaScript; the two agree, or the compiler refused.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { validateFunction } from '../../compiler/ir/validate.ts'
import { interpret } from '../../../test/support/ir-interpreter.ts'
import { contextOf, lowerText } from '../../../test/support/probe-functions.ts'

/** Reasons for which a well-typed program may be refused. */
const REFUSALS = new Set(['bigint-too-large', 'number-too-large', 'wide-division', 'maybe-zero', 'shift-count', 'negative-floor'])

/** More by hand: BORESCOPE_RUNS=50000 npx vitest run ... */
const RUNS = Number(process.env.BORESCOPE_RUNS ?? 700)

type Text = fc.Arbitrary<string>
const pick = (...texts: string[]): Text => fc.constantFrom(...texts)
const fill = (template: string, ...holes: Text[]): Text =>
  fc.tuple(...holes).map((parts) => parts.reduce((text, part, index) => text.replaceAll(`$${index}`, part), template))

const BIG_CONSTANTS = ['0n', '1n', '2n', '7n', '10n', '1000n', '0xffffffffn', '0x100000000n', '0x7fffffffffffffffn', '0x8000000000000000n', '0xffffffffffffffffn', '(-1n)', '(-5n)']
const NUMBERS = ['0', '1', '3', '31', '255', '(-1)', '(-7)', '65536', '2147483647', '(-2147483648)', '4294967295']

const { big, num, bool } = fc.letrec<{ big: string; num: string; bool: string }>((tie) => {
  const [b, n, c] = [tie('big'), tie('num'), tie('bool')]
  return {
    big: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      pick('x', 'y', 'z', 'ctx.arg(0)', 'ctx.arg(1)', ...BIG_CONSTANTS),
      fill('($0 $1 $2)', b, pick('+', '-', '*', '&', '|', '^'), b),
      fill('($0 $1 (($2 & 255n) + 1n))', b, pick('/', '%'), b),
      fill('($0 $1 $2)', b, pick('/', '%'), pick('3n', '-10n', '4294967295n', '0x100000001n', 'y')),
      fill('($0 / ($1 | 1n))', b, b),
      fill('($0 << ($1 & 15n))', b, b),
      fill('($0 >> $1)', b, fc.oneof(pick('1n', '32n', '63n', '64n', '65n', '130n', '-3n'), fill('($0 & 63n)', b), pick('y'))),
      fill('(- $0)', b),
      fill('(~$0)', b),
      fill('BigInt.$0($1, $2)', pick('asUintN', 'asIntN'), pick('1', '8', '31', '32', '33', '63', '64'), b),
      fill('BigInt($0)', n),
      fill('($0 ? $1 : $2)', c, b, b),
      fill('($0 ? 1n : 0n)', c),
      fill('($0 || $1)', b, b),
      fill('($0 && $1)', b, b),
    ),
    num: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      pick('p', 'q', ...NUMBERS),
      fill('Number(BigInt.$0($1, $2))', pick('asUintN', 'asIntN'), pick('8', '16', '32', '53'), b),
      fill('($0 $1 $2)', n, pick('+', '-', '*', '&', '|', '^', '<<', '>>', '>>>'), n),
      fill('Math.trunc($0 / (($1 & 15) + 1))', n, n),
      fill('Math.trunc($0 / $1)', n, pick('7', '-3', '1000')),
      fill('($0 / (($1 >>> 1) + 1) | 0)', n, n),
      fill('($0 % (($1 & 15) + 1))', n, n),
      fill('Math.$0($1, $2)', pick('min', 'max'), n, n),
      fill('Math.abs($0)', n),
      fill('(~$0)', n),
      fill('(- $0)', n),
      fill('($0 ? $1 : $2)', c, n, n),
    ),
    bool: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      pick('true', '(x > y)', '(x === 0n)', '(p !== 0)', '(z < 0n)'),
      fill('($0 $1 $2)', b, pick('<', '<=', '>', '>=', '===', '!=='), b),
      fill('($0 $1 $2)', n, pick('<', '<=', '>', '>=', '===', '!=='), n),
      fill('($0 $1 $2)', c, pick('&&', '||', '===', '!=='), c),
      fill('(!$0)', c),
      fill('Boolean($0)', fc.oneof(b, n)),
    ),
  }
})

const statement: Text = fc.oneof(
  fill('x = BigInt.asUintN(64, $0)', big),
  fill('z = $0', big),
  fill('p = $0 | 0', num),
  fill('if ($0) { z = $1 } else { p = $2 & 0xffff }', bool, big, num),
  fill('if ($0) { const w = $1; if (w > 5n) x = BigInt.asUintN(64, w); else z = - w }', bool, big),
  fill('for (let i = 0; i < 3; i++) { if ($0) continue; z = BigInt.asIntN(64, z + $1) }', bool, big),
  fill('for (let i = 0; i < q && i < 5; i++) { p = (p + i) | 0; if ($0) break }', bool),
  fill('if (x !== 0n) z = $0 / x', big),
  fill('p ^= $0', num),
  fill('if (z > 100n) { z = 100n }', big),
)

const PROLOGUE = `
  let x = ctx.arg(0)
  const y = ctx.arg(1)
  let z = BigInt.asIntN(64, ctx.arg(2))
  let p = Number(BigInt.asIntN(32, ctx.arg(3)))
  const q = Number(BigInt.asUintN(8, ctx.arg(4)))`

const value64 = fc.oneof(
  fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
  fc.constantFrom(0n, 1n, 2n, 0xffffffffn, 1n << 32n, (1n << 63n) - 1n, 1n << 63n, (1n << 64n) - 1n),
  fc.bigInt({ min: 0n, max: 300n }),
)
const inputs = fc.array(value64, { minLength: 5, maxLength: 5 })

let compiled = 0
let refused = 0

/** Runs both ways; undefined when the compiler refused. */
function runCompiled(text: string, args: readonly bigint[]): bigint | undefined {
  const { fn, diagnostics } = lowerText(text)
  if (fn === undefined) {
    refused++
    for (const { code, message } of diagnostics) expect(REFUSALS, `${code}: ${message}\n${text}`).toContain(code)
    return undefined
  }
  compiled++
  validateFunction(fn)
  const out = new Uint8Array(8)
  interpret(fn, { context: contextOf(args), maps: new Map([['out', out]]) })
  return new DataView(out.buffer).getBigUint64(0, true)
}
/** Undefined when JavaScript throws: then the compiler must have refused. */
function runJavaScript(text: string, args: readonly bigint[]): bigint | undefined {
  let result = 0n
  const out = { set: (_: number, value: bigint) => void (result = BigInt.asUintN(64, value)) }
  const fn = new Function('out', `return (${text})`)(out) as (ctx: object) => void
  try {
    fn({ arg: (index: number) => args[index] })
    return result
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}
function agree(text: string, args: readonly bigint[]): void {
  const expected = runJavaScript(text, args)
  const found = runCompiled(text, args)
  if (found !== undefined) expect(found, text).toBe(expected)
}

describe('compiled = JavaScript', { timeout: 600_000 }, () => {
  it('for random bigint expressions', () => {
    fc.assert(
      fc.property(big, inputs, (expression, args) => agree(`(ctx) => {${PROLOGUE}\n  out.set(0, ${expression})\n}`, args)),
      { numRuns: RUNS },
    )
  })
  it('for random number expressions', () => {
    fc.assert(
      fc.property(num, inputs, (expression, args) => agree(`(ctx) => {${PROLOGUE}\n  out.set(0, BigInt(${expression}))\n}`, args)),
      { numRuns: RUNS },
    )
  })
  it('for random programs', () => {
    fc.assert(
      fc.property(fc.array(statement, { minLength: 1, maxLength: 5 }), inputs, (statements, args) => {
        const body = statements.map((text) => `\n  ${text}`).join('')
        agree(`(ctx) => {${PROLOGUE}${body}\n  out.set(0, BigInt.asUintN(64, x ^ z) ^ BigInt(p))\n}`, args)
      }),
      { numRuns: RUNS },
    )
  })
  it('and refuses only a part of them', () => {
    expect(compiled, `${refused} were refused`).toBeGreaterThan(refused)
    if (RUNS > 700) console.log({ compiled, refused })
  })
})
