/**
 * Random expressions of the bpftrace language of a wanted shape. They lean towards what the checker accepts, and towards
 * what is hard for a compiler: narrow types, large literals, long texts, nesting.
 */
import { pickWeighted } from '../choices.ts'
import { type RandomMap, type ScriptScope, type Shape, sameShape, variablesWhere } from './scope.ts'

const TYPES = ['uint64', 'int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32'] as const
const LITERALS = [
  ...['0', '1', '2', '3', '7', '63', '64', '100', '127', '128', '255', '256', '0xffff', '65536'],
  ...['2147483647', '2147483648', '4294967295', '4294967296', '9223372036854775807', '18446744073709551615', '1e6', '5ms'],
  ...['-1', '-2', '-128', '-129', '-32768', '-2147483648', '-2147483649'],
] as const
const ARITHMETIC = ['+', '-', '*', '/', '%', '&', '|', '^'] as const
const COMPARISONS = ['==', '!=', '<', '<=', '>', '>='] as const

/** Integers that are there by themselves, by place. */
const BUILTINS: Readonly<Record<ScriptScope['place'], readonly string[]>> = {
  special: ['pid', 'tid', 'nsecs', 'rand', 'cpu', 'uid', 'gid', 'cgroup', 'elapsed'],
  timer: ['pid', 'tid', 'nsecs', 'rand', 'cpu', 'elapsed'],
  uprobe: ['arg0', 'arg1', 'arg2', 'arg3', 'arg4', 'arg5', 'pid', 'nsecs', '*uaddr("counter")', '*uaddr("flag")'],
  go: ['arg0', 'arg1', 'arg6', 'arg8', 'tid', 'nsecs', '*uaddr("main.counter")', '*uaddr("main.small")'],
  uretprobe: ['retval', 'tid', 'nsecs', '*uaddr("counter")'],
  openat: ['args.dfd', 'args.__syscall_nr', '(uint64)args.filename', 'pid', 'nsecs'],
  close: ['args.fd', 'args.__syscall_nr', 'tid', 'rand'],
  exec: ['args.pid', 'pid', '(int64)args.filename'],
}
/** Pointers to text. */
const TEXT_POINTERS: Partial<Record<ScriptScope['place'], readonly string[]>> = {
  uprobe: ['arg0', 'arg1', '(arg2 + 8)', 'uaddr("counter")'],
  go: ['arg0', 'uaddr("main.counter")'],
  uretprobe: ['retval'],
  openat: ['args.filename'],
  exec: ['args.filename'],
}

/** An expression of a shape. */
export function expression(scope: ScriptScope, shape: Shape, depth = 2): string {
  switch (shape.kind) {
    case 'int':
      return integer(scope, depth)
    case 'bool':
      return condition(scope, depth)
    case 'text':
      return text(scope, depth)
    case 'function':
      return 'func'
    case 'tuple':
      return tuple(scope, shape, depth)
  }
}

type Make = (scope: ScriptScope, depth: number) => string

const INTEGERS: readonly (readonly [number, Make])[] = [
  [8, ({ choices }, _) => choices.pick(LITERALS)],
  [8, (scope) => place(scope, { kind: 'int' }) ?? builtin(scope)],
  [4, builtin],
  [6, (scope, depth) => `(${operand(scope, depth)} ${scope.choices.pick(ARITHMETIC)} ${operand(scope, depth)})`],
  [2, (scope, depth) => `(${operand(scope, depth)} ${scope.choices.pick(['<<', '>>'])} ${shiftAmount(scope, depth)})`],
  [3, (scope, depth) => `(${scope.choices.pick(TYPES)})(${operand(scope, depth)})`],
  [2, (scope, depth) => `(${condition(scope, depth - 1)} ? ${operand(scope, depth)} : ${operand(scope, depth)})`],
  [1, (scope, depth) => `(${operand(scope, depth)} ?: ${operand(scope, depth)})`],
  [1, (scope, depth) => `${scope.choices.pick(['-', '~'])}(${operand(scope, depth)})`],
  [2, (scope, depth) => `(${operand(scope, depth)} ${scope.choices.pick(['/', '%'])} ((${operand(scope, depth)} & 0xff) + 1))`],
  [1, (scope, depth) => `(int64)(${condition(scope, depth - 1)})`],
  [1, (scope) => increment(scope) ?? builtin(scope)],
  [1, (scope) => aggregate(scope) ?? builtin(scope)],
  [1, (scope, depth) => `*(${scope.choices.pick(TYPES)} *)(${operand(scope, depth)})`],
]
const SIMPLE = 3

function integer(scope: ScriptScope, depth: number): string {
  return pickWeighted(scope.choices, depth <= 0 ? INTEGERS.slice(0, SIMPLE) : INTEGERS)(scope, depth)
}
function operand(scope: ScriptScope, depth: number): string {
  return integer(scope, depth - 1)
}
function builtin({ choices, place: where }: ScriptScope): string {
  return choices.pick(BUILTINS[where])
}
function shiftAmount(scope: ScriptScope, depth: number): string {
  return scope.choices.once(2) ? scope.choices.pick(['0', '1', '8', '31', '32', '63']) : `(${operand(scope, depth)} & 63)`
}

const CONDITIONS: readonly (readonly [number, Make])[] = [
  [1, ({ choices }) => choices.pick(['true', 'false'])],
  [1, (scope) => place(scope, { kind: 'bool' }) ?? 'true'],
  [6, (scope, depth) => `(${operand(scope, depth)} ${scope.choices.pick(COMPARISONS)} ${operand(scope, depth)})`],
  [3, (scope, depth) => `(${condition(scope, depth - 1)} ${scope.choices.pick(['&&', '||'])} ${condition(scope, depth - 1)})`],
  [2, (scope, depth) => `(${text(scope, depth - 1)} ${scope.choices.pick(['==', '!='])} ${text(scope, 0)})`],
  [1, (scope, depth) => `!(${condition(scope, depth - 1)})`],
  [1, (scope, depth) => `(bool)(${operand(scope, depth)})`],
]

/** A truth value. */
export function condition(scope: ScriptScope, depth = 2): string {
  return pickWeighted(scope.choices, depth <= 0 ? CONDITIONS.slice(0, 2) : CONDITIONS)(scope, depth)
}

const TEXTS: readonly (readonly [number, Make])[] = [
  [4, literalText],
  [3, (scope) => place(scope, { kind: 'text' }) ?? 'comm'],
  [3, ({ choices, place: where }) => choices.pick(where === 'exec' ? ['comm', 'args.comm', 'probetype'] : ['comm', 'probe', 'probetype'])],
  [4, readText],
  [1, (scope, depth) => `(${condition(scope, depth - 1)} ? ${text(scope, depth - 1)} : ${text(scope, depth - 1)})`],
  [1, (scope, depth) => `str(${text(scope, depth - 1)}, ${scope.choices.pick(['0', '1', '4', '100'])})`],
]

const LENGTHS = [0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 63, 130, 300, 1000] as const

function literalText({ choices, maxStringLength }: ScriptScope): string {
  return JSON.stringify('0123456789abcdef'.repeat(64).slice(0, Math.min(choices.pick(LENGTHS), maxStringLength - 1)))
}
function text(scope: ScriptScope, depth: number): string {
  return pickWeighted(scope.choices, depth <= 0 ? TEXTS.slice(0, SIMPLE) : TEXTS)(scope, depth)
}
function readText(scope: ScriptScope, depth: number): string {
  const { choices } = scope
  const pointer = choices.pick(TEXT_POINTERS[scope.place] ?? ['(uint64)4096', 'nsecs'])
  const length = choices.pick(['', '', ', 0', ', 1', ', 7', ', 8', ', 64', ', 200', `, ${operand(scope, depth)}`])
  return `str(${pointer}${length})`
}

function tuple(scope: ScriptScope, shape: Extract<Shape, { kind: 'tuple' }>, depth: number): string {
  const { choices } = scope
  const known = choices.once(3) ? place(scope, shape) : undefined
  if (known !== undefined) return known
  if (depth > 0 && choices.once(6))
    return `(${condition(scope, 0)} ? ${tuple(scope, shape, depth - 1)} : ${tuple(scope, shape, depth - 1)})`
  return `(${shape.items.map((item) => expression(scope, item, depth - 1)).join(', ')})`
}

/** A variable, an element of one, or a map's value that has the shape. */
function place(scope: ScriptScope, shape: Shape): string | undefined {
  const elements = scope.blocks.flatMap((block) =>
    [...block].flatMap(([name, known]) =>
      known.kind === 'tuple' ? known.items.flatMap((item, index) => (sameShape(item, shape) ? [`${name}.${index}`] : [])) : [],
    ),
  )
  const maps = scope.maps.filter(({ value }) => value.kind !== 'aggregation' && sameShape(value, shape))
  const found = [...variablesWhere(scope, (known) => sameShape(known, shape)), ...elements, ...maps]
  if (found.length === 0) return undefined
  const one = scope.choices.pick(found)
  return typeof one === 'string' ? one : entryOf(scope, one)
}

/** A map with a key of its shape, when it has one. */
export function entryOf(scope: ScriptScope, { name, key }: RandomMap): string {
  return key === undefined ? name : `${name}[${expression(scope, key, 1)}]`
}

function increment(scope: ScriptScope): string | undefined {
  const { choices } = scope
  const maps = scope.maps.filter(({ value }) => value.kind === 'int')
  const target = choices.pick<string | RandomMap | undefined>([...variablesWhere(scope, ({ kind }) => kind === 'int'), ...maps, undefined])
  if (target === undefined) return undefined
  const name = typeof target === 'string' ? target : entryOf(scope, target)
  return choices.pick([`${name}++`, `${name}--`, `++${name}`, `--${name}`])
}

/** The number that an aggregation comes to. */
function aggregate(scope: ScriptScope): string | undefined {
  const maps = scope.maps.filter(({ value }) => value.kind === 'aggregation' && /^(count|sum|min|max|avg)\(/.test(value.call))
  if (maps.length === 0) return undefined
  return `${scope.choices.pick(['', '(int64)', '(uint8)'])}${entryOf(scope, scope.choices.pick(maps))}`
}
