/**
 * Methods of arrays: the elements are known one by one, so each is written out.
 */
import type { CallExpression, Expression, Node } from 'acorn'
import { callFunction } from './functions.ts'
import { argumentValues } from './intrinsics/arguments.ts'
import { join } from './join.ts'
import { listItems, withNames } from './lists.ts'
import { type Branches, enter, type Flow, type Lowering, leave } from './lowering.ts'
import { constantInt, FALSE, TRUE, UNDEFINED, type Value } from './value.ts'

type ListMethod = (cx: Lowering, node: CallExpression, list: Value) => Value

/** Methods of arrays. */
export const LIST_METHODS: Readonly<Record<string, ListMethod>> = {
  includes: (cx, node, list) => includes(cx, node, list),
  forEach: (cx, node, list) => {
    for (const item of callEach(cx, node, list)) void item
    return UNDEFINED
  },
  some: (cx, node, list) => anyOf(cx, node, list),
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

/** `list.includes(value)`, by `===`. */
function includes(cx: Lowering, node: CallExpression, list: Value): Value {
  const [wanted] = argumentValues(cx, node, [1, 1])
  if (wanted === undefined || wanted.kind === 'error') return wanted ?? FALSE
  return firstThat(
    cx,
    node,
    (listItems(cx, node, list) ?? []).map((item) => () => equal(cx, node, [item, wanted])),
  )
}

function anyOf(cx: Lowering, node: CallExpression, list: Value): Value {
  const [fn] = argumentValues(cx, node, [1, 1])
  if (fn === undefined || fn.kind === 'error') return fn ?? FALSE
  const items = listItems(cx, node, list) ?? []
  return firstThat(
    cx,
    node,
    items.map((item, index) => () => callFunction(cx, node, [fn, [item, constantInt('number', BigInt(index))]])),
  )
}

/** True as soon as one of the tests is. */
function firstThat(cx: Lowering, node: CallExpression, tests: readonly (() => Value)[]): Value {
  const found: { readonly flow: Flow; readonly result: Value }[] = []
  for (const test of tests) {
    if (cx.variables === undefined) break
    const { whenTrue, whenFalse } = branchOnValue(cx, node, test())
    if (whenTrue !== undefined) found.push({ flow: whenTrue, result: TRUE })
    enter(cx, whenFalse)
  }
  const rest = leave(cx)
  return join(cx, rest === undefined ? found : [...found, { flow: rest, result: FALSE }])
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
