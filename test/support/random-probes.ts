/**
 * Random probe functions as text, over the variables `x y z` (bigint) and `p q` (number) that a test declares: expressions of
 * every operator, and statements. Needs no root.
 */
import fc from 'fast-check'

/** Reasons for which a well-typed program may be refused. */
export const REFUSALS = new Set(['bigint-too-large', 'number-too-large', 'wide-division', 'maybe-zero', 'shift-count', 'negative-floor'])

type Text = fc.Arbitrary<string>
const pick = (...texts: string[]): Text => fc.constantFrom(...texts)
const fill = (template: string, ...holes: Text[]): Text =>
  fc.tuple(...holes).map((parts) => parts.reduce((text, part, index) => text.replaceAll(`$${index}`, part), template))

const BIG_CONSTANTS = [
  '0n',
  '1n',
  '2n',
  '7n',
  '10n',
  '1000n',
  '0xffffffffn',
  '0x100000000n',
  '0x7fffffffffffffffn',
  '0x8000000000000000n',
  '0xffffffffffffffffn',
  '(-1n)',
  '(-5n)',
]
const NUMBERS = ['0', '1', '3', '31', '255', '(-1)', '(-7)', '65536', '2147483647', '(-2147483648)', '4294967295']

const expressions = fc.letrec<{ big: string; num: string; bool: string }>((tie) => {
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
const { bool } = expressions
/** Expressions by type. */
export const { big, num } = expressions

/** Statements that change some of the variables. */
export const statement: Text = fc.oneof(
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

const value64 = fc.oneof(
  fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
  fc.constantFrom(0n, 1n, 2n, 0xffffffffn, 1n << 32n, (1n << 63n) - 1n, 1n << 63n, (1n << 64n) - 1n),
  fc.bigInt({ min: 0n, max: 300n }),
)
/** Five 64-bit values, edges included. */
export const inputs = fc.array(value64, { minLength: 5, maxLength: 5 })
