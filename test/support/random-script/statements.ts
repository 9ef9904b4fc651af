/**
 * Random statements of the bpftrace language, by a table of kinds.
 */
import { type Choices, pickWeighted } from '../choices.ts'
import { condition, entryOf, expression } from './expressions.ts'
import { declareVariable, randomShape, type ScriptScope, type Shape, variablesWhere } from './scope.ts'

const INTEGER: Shape = { kind: 'int' }
const FLAGS = ['', '', '', '-', '0', '+', '5', '-8', '012', '20'] as const
const CONVERSIONS = ['d', 'u', 'x', 'lu', 'lld', 'hhd', 'hu', 's', 'p', 'c'] as const
const COMPOUND = ['+=', '-=', '*=', '/=', '%=', '&=', '|=', '^='] as const
const TYPES = ['uint8', 'int16', 'uint32', 'int64', 'uint64'] as const
const MOST_ARGUMENTS = 100

type Make = (scope: ScriptScope, depth: number) => string

const KINDS: readonly (readonly [number, Make])[] = [
  [8, assignVariable],
  [6, assignMap],
  [6, printf],
  [3, print],
  [3, change],
  [2, aggregateMany],
  [2, letVariable],
  [1, (scope) => `_ = ${expression(scope, randomShape(scope.choices))};`],
  [1, wholeMap],
  [1, remove],
  [1, ({ choices }) => choices.pick(['time();', 'time("%H:%M:%S %d");', 'print("text");'])],
  [3, branch],
  [1, unroll],
  [1, (scope, depth) => `{ ${statements(scope, depth - 1)} }`],
  [1, leave],
]
const FLAT = 11

/** Some statements, in a block of their own. */
export function statements(scope: ScriptScope, depth: number, most = 4): string {
  scope.blocks.push(new Map())
  const lines = Array.from({ length: 1 + scope.choices.below(most) }, () => statement(scope, depth))
  scope.blocks.pop()
  return lines.join(' ')
}

function statement(scope: ScriptScope, depth: number): string {
  return pickWeighted(scope.choices, depth <= 0 ? KINDS.slice(0, FLAT) : KINDS)(scope, depth)
}

function assignVariable(scope: ScriptScope): string {
  const { choices } = scope
  const shape = randomShape(choices)
  const value = expression(scope, shape, 3)
  const known = variablesWhere(scope, (other) => other.kind === shape.kind && shape.kind !== 'tuple')
  const target = known.length > 0 && choices.once(2) ? choices.pick(known) : declareVariable(scope, shape)
  return `${target} = ${value};`
}

function letVariable(scope: ScriptScope): string {
  const { choices } = scope
  const typed = choices.once(2)
  const shape = typed ? INTEGER : randomShape(choices)
  const value = expression(scope, shape, 2)
  if (!typed) return `let ${declareVariable(scope, shape)} = ${value};`
  const type = choices.pick(TYPES)
  return `let ${declareVariable(scope, shape)}: ${type} = (${type})(${value});`
}

/** An assignment to some map, by the map's own kind. */
function assignMap(scope: ScriptScope): string {
  return scope.maps.length === 0 ? print(scope) : assignTo(scope, scope.choices.below(scope.maps.length))
}

/** An assignment to one of the maps. */
export function assignTo(scope: ScriptScope, index: number): string {
  const map = scope.maps[index]
  if (map === undefined) return ''
  const { value } = map
  if (value.kind !== 'aggregation') return `${entryOf(scope, map)} = ${expression(scope, value, 2)};`
  return `${entryOf(scope, map)} = ${value.call.replace('%', expression(scope, INTEGER, 2))};`
}

/** Assignments to as many maps as come, one after another. */
function aggregateMany(scope: ScriptScope): string {
  return Array.from({ length: 1 + scope.choices.below(4) }, () => assignMap(scope)).join(' ')
}

function printf(scope: ScriptScope): string {
  const { choices } = scope
  const count = choices.once(10) ? choices.below(MOST_ARGUMENTS) : choices.below(6)
  const formats = Array.from({ length: count }, () => `%${choices.pick(FLAGS)}${choices.pick(CONVERSIONS)}`)
  const values = formats.map((format) => expression(scope, format.endsWith('s') ? randomShape(choices) : INTEGER, 2))
  return `printf(${[JSON.stringify(`${formats.join(' ')}\n`), ...values].join(', ')});`
}

function print(scope: ScriptScope): string {
  const { choices, maps } = scope
  if (maps.length > 0 && choices.once(3)) return `print(${choices.pick(maps).name}${choices.pick(['', '', ', 3', ', 3, 10'])});`
  return `print(${expression(scope, randomShape(choices), 3)});`
}

function change(scope: ScriptScope): string {
  const { choices } = scope
  const maps = scope.maps.filter(({ value }) => value.kind === 'int')
  const places = [...variablesWhere(scope, ({ kind }) => kind === 'int'), ...maps]
  if (places.length === 0) return assignVariable(scope)
  const target = choices.pick(places)
  const name = typeof target === 'string' ? target : entryOf(scope, target)
  const kind = choices.below(5)
  if (kind < 2) return `${name} ${choices.pick(COMPOUND)} ${expression(scope, INTEGER, 2)};`
  if (kind === 2) return `${name} ${choices.pick(['<<=', '>>='])} ${choices.pick(['1', '63', `(${expression(scope, INTEGER, 1)} & 63)`])};`
  return choices.pick([`${name}++;`, `--${name};`])
}

function wholeMap(scope: ScriptScope): string {
  const { choices, maps } = scope
  return maps.length === 0 ? print(scope) : `${choices.pick(['clear', 'zero'])}(${choices.pick(maps).name});`
}

function remove(scope: ScriptScope): string {
  const { choices, maps } = scope
  if (maps.length === 0) return print(scope)
  const map = choices.pick(maps)
  const key = map.key === undefined ? undefined : expression(scope, map.key, 1)
  if (key === undefined) return `delete(${map.name});`
  return choices.pick([`delete(${map.name}, ${key});`, `if (delete(${map.name}, ${key})) { print(1); }`])
}

function branch(scope: ScriptScope, depth: number): string {
  const { choices } = scope
  const otherwise = choices.below(3)
  const head = `if (${choices.once(3) ? expression(scope, INTEGER) : condition(scope)}) { ${statements(scope, depth - 1)} }`
  if (otherwise === 0) return head
  if (otherwise === 1) return `${head} else { ${statements(scope, depth - 1)} }`
  return `${head} else if (${condition(scope)}) { ${statements(scope, depth - 1)} }`
}

function unroll(scope: ScriptScope, depth: number): string {
  return `unroll(${scope.choices.pick(['1', '2', '3', '9'])}) { ${statements(scope, depth - 1, 2)} }`
}

/** The end of the probe, on some way: rarely, since nothing follows it. */
function leave(scope: ScriptScope): string {
  return `if (${condition(scope)}) { ${leaving(scope.choices)} }`
}
function leaving(choices: Choices): string {
  return choices.pick(['return;', 'return 1;', 'exit();', 'exit(3);'])
}
