/**
 * Random expressions of probe functions, by type. They lean towards what the compiler accepts: large intermediate values are
 * often cut to 64 bits, divisors are made positive.
 */
import { pickWeighted } from '../choices.ts'
import { type ProbeScope, type VariableType, variablesOf } from './scope.ts'

type Make = (scope: ProbeScope, depth: number) => string
type Rows = readonly (readonly [number, Make])[]

const NUMBERS = ['0', '1', '2', '7', '31', '255', '-1', '-7', '65536', '2147483647', '-2147483648', '4294967295'] as const
const BIGS = [
  ...['0n', '1n', '3n', '10n', '1000n', '0xffffffffn', '0x100000000n', '0x7fffffffffffffffn', '0xffffffffffffffffn', '-1n', '-5n'],
] as const

const NUM: Rows = [
  [4, ({ choices }) => `(${choices.pick(NUMBERS)})`],
  [6, (scope) => variable(scope, 'num') ?? 'ctx.pid'],
  [3, ({ choices }) => choices.pick(['ctx.pid', 'ctx.tid', 'ctx.cpu', 'LIMIT', 'small.get(0)', 'signed.get(0)', 'bytes.get(2)'])],
  [6, (scope, depth) => `Number(BigInt.as${sign(scope)}N(${scope.choices.pick(['8', '16', '31', '32', '53'])}, ${big(scope, depth - 1)}))`],
  [5, (scope, depth) => `((${num(scope, depth - 1)} ${scope.choices.pick(['+', '-', '*', '^', '|', '&'])} ${num(scope, depth - 1)}) | 0)`],
  [2, (scope, depth) => `(${num(scope, depth - 1)} ${scope.choices.pick(['<<', '>>', '>>>'])} ${num(scope, depth - 1)})`],
  [1, (scope, depth) => `(${num(scope, depth - 1)} ${scope.choices.pick(['+', '-', '*'])} ${num(scope, 0)})`],
  [2, (scope, depth) => `Math.trunc(${num(scope, depth - 1)} / ((${num(scope, depth - 1)} & 15) + 1))`],
  [1, (scope, depth) => `(${num(scope, depth - 1)} % ${scope.choices.pick(['7', '-3', '1000'])})`],
  [1, (scope, depth) => `Math.${scope.choices.pick(['min', 'max'])}(${num(scope, depth - 1)}, ${num(scope, depth - 1)})`],
  [1, (scope, depth) => `Math.abs(${num(scope, depth - 1)})`],
  [1, (scope, depth) => `${scope.choices.pick(['-', '~'])}(${num(scope, depth - 1)})`],
  [2, (scope, depth) => `(${bool(scope, depth - 1)} ? ${num(scope, depth - 1)} : ${num(scope, depth - 1)})`],
  [
    1,
    (scope, depth) =>
      `(user.read(${scope.choices.pick(['u8', 'u32', 'i16'])}, ${address(scope, depth - 1)}, ${scope.choices.pick(['0', '5'])}))`,
  ],
]

const BIG: Rows = [
  [4, ({ choices }) => `(${choices.pick(BIGS)})`],
  [8, (scope) => variable(scope, 'big') ?? argument(scope)],
  [4, argument],
  [2, (scope) => scope.choices.pick(['out.get(0)', 'slots.get(7)', 'nsecs()', 'signed64.get(0)', entryMember(scope)])],
  [6, (scope, depth) => `BigInt.as${sign(scope)}N(${scope.choices.pick(['64', '64', '33', '63', '8'])}, ${big(scope, depth - 1)})`],
  [6, (scope, depth) => `(${big(scope, depth - 1)} ${scope.choices.pick(['+', '-', '&', '|', '^'])} ${big(scope, depth - 1)})`],
  [1, (scope, depth) => `(${big(scope, depth - 1)} * ${big(scope, 0)})`],
  [2, (scope, depth) => `(${cut(scope, depth)} ${scope.choices.pick(['/', '%'])} ((${big(scope, depth - 1)} & 255n) + 1n))`],
  [
    2,
    (scope, depth) => `(${big(scope, depth - 1)} ${scope.choices.pick(['/', '%'])} ${scope.choices.pick(['3n', '-10n', '4294967295n'])})`,
  ],
  [2, (scope, depth) => `(${big(scope, depth - 1)} >> ${scope.choices.pick(['1n', '32n', '63n', '65n', `(${big(scope, 0)} & 63n)`])})`],
  [1, (scope, depth) => `(${big(scope, depth - 1)} << (${big(scope, 0)} & 15n))`],
  [1, (scope, depth) => `(${scope.choices.pick(['-', '~'])}${cut(scope, depth)})`],
  [2, (scope, depth) => `BigInt(${num(scope, depth - 1)})`],
  [2, (scope, depth) => `(${bool(scope, depth - 1)} ? ${big(scope, depth - 1)} : ${big(scope, depth - 1)})`],
  [3, (scope, depth) => `(${maybe(scope, depth - 1)} ?? ${big(scope, depth - 1)})`],
  [1, (scope, depth) => `(${cut(scope, depth)} ${scope.choices.pick(['||', '&&'])} ${cut(scope, depth)})`],
  [1, (scope, depth) => `user.read(u64, ${address(scope, depth - 1)}, ${scope.choices.pick(['0n', '9n'])})`],
]

const BOOL: Rows = [
  [1, ({ choices }) => choices.pick(['true', 'flags.get(3)'])],
  [2, (scope) => variable(scope, 'bool') ?? '(ctx.pid > 5)'],
  [5, (scope, depth) => `(${big(scope, depth - 1)} ${relation(scope)} ${big(scope, depth - 1)})`],
  [4, (scope, depth) => `(${num(scope, depth - 1)} ${relation(scope)} ${num(scope, depth - 1)})`],
  [3, (scope, depth) => `(${bool(scope, depth - 1)} ${scope.choices.pick(['&&', '||'])} ${bool(scope, depth - 1)})`],
  [1, (scope, depth) => `!${bool(scope, depth - 1)}`],
  [
    2,
    (scope, depth) =>
      `(${text(scope, depth - 1)} ${scope.choices.pick(['===', '!=='])} ${scope.choices.pick(["'a'", "'node'", "''", 'NAME'])})`,
  ],
  [2, (scope, depth) => `(${maybe(scope, depth - 1)} ${scope.choices.pick(['===', '!=='])} undefined)`],
  [1, (scope, depth) => `starts.has(${num(scope, depth - 1)} >>> 0)`],
  [1, (scope) => `names.delete(${text(scope, 0)})`],
]

const TEXT: Rows = [
  [3, ({ choices }) => choices.pick(["'a'", "''", 'NAME', "'0123456789abcdef0123456789'", "'zwölf'"])],
  [3, (scope) => variable(scope, 'text') ?? 'ctx.comm'],
  [3, () => 'ctx.comm'],
  [2, (scope, depth) => `user.string(${address(scope, depth - 1)}, ${scope.choices.pick(['2', '16', '33', '256'])}, '')`],
  [1, (scope) => (variable(scope, 'entry') === undefined ? 'ctx.comm' : `${variable(scope, 'entry')}.text`)],
]
const FLAT = 3

const of = (rows: Rows, scope: ProbeScope, depth: number): string =>
  pickWeighted(scope.choices, depth <= 0 ? rows.slice(0, FLAT) : rows)(scope, depth)

/** A number. */
export const num: Make = (scope, depth) => of(NUM, scope, depth)
/** A bigint. */
export const big: Make = (scope, depth) => of(BIG, scope, depth)
/** A boolean. */
export const bool: Make = (scope, depth) => of(BOOL, scope, depth)
/** A string. */
export const text: Make = (scope, depth) => of(TEXT, scope, depth)

/** `bigint | undefined` */
export function maybe(scope: ProbeScope, depth: number): string {
  const { choices } = scope
  const known = choices.once(2) ? variable(scope, 'maybe') : undefined
  if (known !== undefined) return known
  return choices.pick([
    () => `starts.get(${num(scope, depth - 1)} >>> 0)`,
    () => `names.get(${text(scope, 0)})`,
    () => `user.read(${choices.pick(['u64', 'i64'])}, ${address(scope, depth - 1)})`,
  ])()
}

/** A struct of the map `pairs`, or undefined. */
export function lookUpPair(scope: ProbeScope): string {
  return `pairs.get({ id: ${num(scope, 1)} >>> 0, at: ${big(scope, 1)} })`
}

/** A cut bigint: 64 bits at most. */
function cut(scope: ProbeScope, depth: number): string {
  return `BigInt.asUintN(64, ${big(scope, depth - 1)})`
}
function address(scope: ProbeScope, depth: number): string {
  return depth <= 0 ? argument(scope) : cut(scope, depth)
}
function argument({ choices, isReturn }: ProbeScope): string {
  return isReturn ? 'ctx.retval' : `ctx.arg(${choices.below(6)})`
}
function entryMember(scope: ProbeScope): string {
  const entry = variable(scope, 'entry')
  return entry === undefined ? 'out.get(0)' : `${entry}.total`
}
function variable(scope: ProbeScope, type: VariableType): string | undefined {
  const names = variablesOf(scope, type)
  return names.length === 0 ? undefined : scope.choices.pick(names)
}
function sign({ choices }: ProbeScope): 'Uint' | 'Int' {
  return choices.pick(['Uint', 'Int'])
}
function relation({ choices }: ProbeScope): string {
  return choices.pick(['<', '<=', '>', '>=', '===', '!=='])
}
