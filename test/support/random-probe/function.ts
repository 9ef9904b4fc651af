/**
 * Random probe functions in TypeScript, over the parts of `parts.ts`: statements by a table of kinds.
 */
import { type Choices, pickWeighted } from '../choices.ts'
import { big, bool, lookUpPair, maybe, num, text } from './expressions.ts'
import { declareVariable, type ProbeScope, type VariableType, variablesOf } from './scope.ts'

type Make = (scope: ProbeScope, depth: number) => string

const KINDS: readonly (readonly [number, Make])[] = [
  [8, declare],
  [5, assign],
  [6, setMap],
  [2, emit],
  [2, (scope) => `starts.delete(${num(scope, 1)} >>> 0)`],
  [4, branch],
  [3, branchOnPresence],
  [2, branchOnDivisor],
  [2, loop],
  [1, manyAtOnce],
  [1, (scope, depth) => `{ ${block(scope, depth - 1)} }`],
  [1, leave],
]
const FLAT = 5

/** A random probe function, as the text of an arrow function. */
export function randomProbe(choices: Choices, isReturn: boolean): string {
  const scope: ProbeScope = { choices, blocks: [], counter: { next: 0 }, loops: 0, isReturn }
  return `(ctx) => { ${block(scope, choices.pick([2, 3, 4]), choices.pick([4, 10, 25]))} }`
}

function block(scope: ProbeScope, depth: number, most = 4): string {
  scope.blocks.push([])
  const lines = Array.from({ length: 1 + scope.choices.below(most) }, () => statement(scope, depth))
  scope.blocks.pop()
  return lines.join('; ')
}

function statement(scope: ProbeScope, depth: number): string {
  return pickWeighted(scope.choices, depth <= 0 ? KINDS.slice(0, FLAT) : KINDS)(scope, depth)
}

const VALUES: Readonly<Record<VariableType, Make>> = { num, big, bool, text, maybe, entry: (scope) => lookUpPair(scope) }

function declare(scope: ProbeScope): string {
  const { choices } = scope
  const type = choices.pick<VariableType>(['big', 'num', 'big', 'num', 'bool', 'maybe', 'text'])
  const value = VALUES[type](scope, 3)
  const kind = choices.pick(['const', 'let'] as const)
  // What goes round in a loop, or is joined, must not grow.
  const kept = type === 'big' && kind === 'let' ? `BigInt.asIntN(64, ${value})` : value
  return `${kind} ${declareVariable(scope, type, kind)} = ${kept}`
}

function assign(scope: ProbeScope): string {
  const { choices } = scope
  const type = choices.pick<VariableType>(['big', 'num', 'bool', 'maybe'])
  const names = variablesOf(scope, type, true)
  if (names.length === 0) return declare(scope)
  const name = choices.pick(names)
  if (type === 'num') return choices.pick([`${name} = ${num(scope, 2)} | 0`, `${name} ^= ${num(scope, 1)}`, `${name} = (${name} + 1) | 0`])
  if (type === 'big') return `${name} = BigInt.as${choices.pick(['Uint', 'Int'])}N(64, ${big(scope, 2)})`
  if (type === 'maybe') return choices.pick([`${name} ??= ${big(scope, 1)}`, `${name} = ${maybe(scope, 1)}`])
  return `${name} = ${VALUES[type](scope, 2)}`
}

function setMap(scope: ProbeScope): string {
  const { choices } = scope
  return choices.pick([
    () => `out.set(0, ${big(scope, 3)})`,
    () => `small.set(0, ${num(scope, 3)})`,
    () => `slots.set(${num(scope, 1)} & 15, ${big(scope, 2)})`,
    () => `signed64.set(0, ${big(scope, 2)})`,
    () => `bytes.set(${choices.below(3)}, ${num(scope, 2)})`,
    () => `flags.set(${choices.below(4)}, ${bool(scope, 2)})`,
    () => `starts.set(${num(scope, 2)} >>> 0, ${big(scope, 2)})`,
    () => `names.set(${text(scope, 1)}, ${big(scope, 2)})`,
    () => `texts.set(${text(scope, 1)}, ${text(scope, 1)})`,
    () =>
      `pairs.set({ id: ${num(scope, 1)}, at: ${big(scope, 1)} }, { total: ${big(scope, 1)}, text: ${text(scope, 1)}, ok: ${bool(scope, 1)} })`,
  ])()
}

function emit(scope: ProbeScope): string {
  const large = scope.choices.once(3)
  const fields = `pid: ctx.pid, comm: ${text(scope, 1)}, small: ${num(scope, 2)}, value: ${big(scope, 2)}, flag: ${bool(scope, 1)}`
  return large ? `large.emit({ ${fields}, text: ${text(scope, 1)} })` : `events.emit({ ${fields} })`
}

function branch(scope: ProbeScope, depth: number): string {
  const head = `if (${bool(scope, 2)}) { ${block(scope, depth - 1)} }`
  return scope.choices.once(2) ? `${head} else { ${block(scope, depth - 1)} }` : head
}

/** A test for undefined that narrows. */
function branchOnPresence(scope: ProbeScope, depth: number): string {
  const isEntry = scope.choices.once(3)
  const value = isEntry ? lookUpPair(scope) : maybe(scope, 1)
  const name = `v${scope.counter.next++}`
  scope.blocks.push([{ name, type: isEntry ? 'entry' : 'big', mutable: false }])
  const inside = block(scope, depth - 1)
  scope.blocks.pop()
  return `{ const ${name} = ${value}; if (${name} !== undefined) { ${inside} } }`
}

/** A test that makes a divisor safe. */
function branchOnDivisor(scope: ProbeScope): string {
  const names = variablesOf(scope, 'big')
  if (names.length === 0) return setMap(scope)
  const name = scope.choices.pick(names)
  const quotient = `BigInt.asUintN(64, ${big(scope, 1)}) ${scope.choices.pick(['/', '%'])} ${name}`
  return scope.choices.pick([
    `if (${name} !== 0n) out.set(0, ${quotient})`,
    `if (${name} > 0n) { starts.set(1, ${quotient}) }`,
    `out.set(0, ${name} === 0n ? 0n : ${quotient})`,
  ])
}

function loop(scope: ProbeScope, depth: number): string {
  if (scope.loops > 1) return branch(scope, depth)
  const name = `v${scope.counter.next++}`
  const rounds = scope.choices.pick(scope.loops === 0 ? [2, 3, 8, 20] : [2, 3])
  const inner: ProbeScope = { ...scope, loops: scope.loops + 1 }
  inner.blocks.push([{ name, type: 'num', mutable: false }])
  const body = block(inner, depth - 1, 3)
  const way = scope.choices.pick(['', '', `if (${bool(inner, 1)}) continue; `, `if (${bool(inner, 1)}) break; `])
  inner.blocks.pop()
  return `for (let ${name} = 0; ${name} < ${rounds}; ${name}++) { ${way}${body} }`
}

/** More values than there are registers, over a call. */
function manyAtOnce(scope: ProbeScope): string {
  const count = 4 + scope.choices.below(14)
  const names: string[] = []
  const lines: string[] = []
  for (let i = 0; i < count; i++) {
    const value = big(scope, 2)
    const name = declareVariable(scope, 'big', 'const')
    names.push(name)
    lines.push(`const ${name} = BigInt.asUintN(64, ${value})`)
  }
  return [...lines, `starts.set(ctx.tid, ${names[0]})`, `out.set(0, ${names.join(' ^ ')})`].join('; ')
}

function leave(scope: ProbeScope): string {
  return `if (${bool(scope, 2)}) return`
}
