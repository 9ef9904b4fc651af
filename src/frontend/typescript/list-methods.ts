/**
 * Methods of arrays: the elements are known one by one, so each is written out.
 */
import type { CallExpression, Expression, Node } from 'acorn'
import { callFunction } from './functions.ts'
import { argumentValues } from './intrinsics/arguments.ts'
import { join } from './join.ts'
import { listItems, listValue, withNames } from './lists.ts'
import { type Branches, enter, type Flow, type Lowering, leave, type Problem } from './lowering.ts'
import { constantInt, FALSE, TRUE, UNDEFINED, type Value } from './value.ts'

type ListMethod = (cx: Lowering, node: CallExpression, list: Value) => Value

/** Methods of arrays. */
export const LIST_METHODS: Readonly<Record<string, ListMethod>> = {
  includes: (cx, node, list) => firstThat(cx, node, { tests: equalities(cx, node, list), found: () => TRUE, otherwise: FALSE }),
  forEach: (cx, node, list) => {
    for (const item of callEach(cx, node, list)) void item
    return UNDEFINED
  },
  some: (cx, node, list) => firstThat(cx, node, { tests: callsOf(cx, node, list), found: () => TRUE, otherwise: FALSE }),
  every: (cx, node, list) => firstThat(cx, node, { tests: callsOf(cx, node, list), found: () => FALSE, otherwise: TRUE, untilFalse: true }),
  indexOf: (cx, node, list) =>
    firstThat(cx, node, {
      tests: equalities(cx, node, list),
      found: (index) => constantInt('number', BigInt(index)),
      otherwise: constantInt('number', -1n),
    }),
  map: (cx, node, list) => listValue(cx, [...callEach(cx, node, list)]),
  reduce,
}

/** `list.reduce(f, first)`; without `first` the first element is it. */
function reduce(cx: Lowering, node: CallExpression, list: Value): Value {
  const [fn, first] = argumentValues(cx, node, [1, 2])
  const items = listItems(cx, node, list) ?? []
  if (fn === undefined || fn.kind === 'error') return fn ?? UNDEFINED
  const given = node.arguments.length === 2
  let result = given ? first : items[0]
  if (result === undefined) return cx.report(node, emptyReduction)
  for (const [index, item] of items.entries()) {
    if (cx.variables === undefined || result.kind === 'error') break
    if (given || index > 0) result = callFunction(cx, node, [fn, [result, item, constantInt('number', BigInt(index))]])
  }
  return result
}

const emptyReduction: Problem = {
  code: 'wrong-argument-count',
  message: 'reduce of an array without elements is a TypeError without a first value',
  hint: 'give the first value: reduce(f, 0n)',
}

/** Calls a function with each element and its index; answers what it answered. */
function* callEach(cx: Lowering, node: CallExpression, list: Value): Iterable<Value> {
  const [fn] = argumentValues(cx, node, [1, 1])
  const items = listItems(cx, node, list) ?? []
  for (const [index, item] of items.entries()) {
    if (fn === undefined || fn.kind === 'error' || cx.variables === undefined) return
    yield callFunction(cx, node, [fn, [item, constantInt('number', BigInt(index))]])
  }
}

/** Tests of each element for `===` with the argument. */
function equalities(cx: Lowering, node: CallExpression, list: Value): readonly (() => Value)[] {
  const [wanted] = argumentValues(cx, node, [1, 1])
  if (wanted === undefined || wanted.kind === 'error') return []
  return (listItems(cx, node, list) ?? []).map((item) => () => equal(cx, node, [item, wanted]))
}

/** Calls of the argument with each element and its index. */
function callsOf(cx: Lowering, node: CallExpression, list: Value): readonly (() => Value)[] {
  const [fn] = argumentValues(cx, node, [1, 1])
  if (fn === undefined || fn.kind === 'error') return []
  const items = listItems(cx, node, list) ?? []
  return items.map((item, index) => () => callFunction(cx, node, [fn, [item, constantInt('number', BigInt(index))]]))
}

interface Search {
  readonly tests: readonly (() => Value)[]
  /** What is answered when the test at an index is the first that holds. */
  readonly found: (index: number) => Value
  readonly otherwise: Value
  /** Looks for the first that does not hold. */
  readonly untilFalse?: boolean
}

/** Runs tests one after another until one of them holds. */
function firstThat(cx: Lowering, node: CallExpression, { tests, found, otherwise, untilFalse = false }: Search): Value {
  const ways: { readonly flow: Flow; readonly result: Value }[] = []
  for (const [index, test] of tests.entries()) {
    if (cx.variables === undefined) break
    const { whenTrue, whenFalse } = branchOnValue(cx, node, test())
    const [end, next] = untilFalse ? [whenFalse, whenTrue] : [whenTrue, whenFalse]
    if (end !== undefined) ways.push({ flow: end, result: found(index) })
    enter(cx, next)
  }
  const rest = leave(cx)
  return join(cx, rest === undefined ? ways : [...ways, { flow: rest, result: otherwise }])
}

/** Where a value that is computed already leads as a condition. */
function branchOnValue(cx: Lowering, node: Node, value: Value): Branches {
  return withNames(cx, [value], ([name]) => cx.branch(nameAt(node, name!)))
}

function equal(cx: Lowering, node: Node, values: readonly [Value, Value]): Value {
  const { start, end } = node
  return withNames(cx, values, ([left, right]) =>
    cx.value({ type: 'BinaryExpression', operator: '===', left: nameAt(node, left!), right: nameAt(node, right!), start, end }),
  )
}

function nameAt({ start, end }: Node, name: string): Expression {
  return { type: 'Identifier', name, start, end }
}
