/**
 * Arrays: literals of the probe and those that it captured. Their lengths are known. An element at an index that is not is chosen among
 * all of them, and is undefined beyond the end, as in JavaScript.
 */
import type { Node } from 'acorn'
import { select } from '../../compiler/lowering/select.ts'
import { sizeOf } from '../../spec/types/type.ts'
import { bindingValue } from './constants.ts'
import { join } from './join.ts'
import { enter, fork, type Lowering, leave, type Problem } from './lowering.ts'
import { loadValue } from './memory.ts'
import { presentIf } from './optional.ts'
import { wrongType } from './problems.ts'
import { union, within } from './range.ts'
import { type IntValue, intValue, knownInt, UNDEFINED, type Value } from './value.ts'
import { unnamed } from './variable.ts'

/** Elements of an array that are written out one by one. */
const MOST_ITEMS = 256

/** The array of an `[a, b]`. */
export function listValue(cx: Lowering, elements: readonly Value[]): Value {
  const items = elements.map(unnamed)
  for (const [index, item] of items.entries()) cx.variables?.set(item, elements[index] ?? UNDEFINED)
  return { kind: 'list', items }
}

/** The number of elements; undefined for what is no array. */
export function lengthOf(value: Value): number | undefined {
  if (value.kind === 'list') return value.items.length
  if (value.kind === 'array') return value.type.count
  return value.kind === 'binding' && value.binding.kind === 'list' ? value.binding.length : undefined
}

/** The elements; undefined for what is no array, or one that is too long. */
export function listItems(cx: Lowering, node: Node, value: Value): readonly Value[] | undefined {
  const length = lengthOf(value)
  if (length === undefined) return undefined
  if (length > MOST_ITEMS) {
    cx.report(node, tooManyItems(length))
    return []
  }
  return Array.from({ length }, (_, index) => itemOf(cx, node, [value, index]))
}

function itemOf(cx: Lowering, node: Node, [value, index]: readonly [Value, number]): Value {
  if (value.kind === 'array')
    return loadValue(cx, value.type.element, { pointer: value.pointer, offset: index * sizeOf(value.type.element) })
  if (value.kind === 'list') {
    const item = value.items[index]
    return (item === undefined ? undefined : cx.variables?.get(item)) ?? UNDEFINED
  }
  return value.kind === 'binding' && value.binding.kind === 'list' ? bindingValue(cx, node, value.binding.item(index)) : UNDEFINED
}

/** `list[index]`. */
export function elementValue(cx: Lowering, node: Node, [list, index]: readonly [Value, Value]): Value {
  if (index.kind !== 'int' || index.numeric !== 'number')
    return index.kind === 'error' ? index : cx.report(node, wrongType('an index (a number)', index))
  const length = lengthOf(list) ?? 0
  const known = knownInt(index)
  if (known !== undefined) return known >= 0n && known < BigInt(length) ? itemOf(cx, node, [list, Number(known)]) : UNDEFINED
  const items = listItems(cx, node, list) ?? []
  if (items.length === 0) return UNDEFINED
  const chosen = choose(cx, node, [items, index])
  if (chosen.kind === 'error' || within(index.range, { min: 0n, max: BigInt(length) - 1n })) return chosen
  if (chosen.kind !== 'int' && chosen.kind !== 'bool' && chosen.kind !== 'string') return cx.report(node, indexMayBeOutside(length))
  return presentIf(cx.builder.compare('ult', index.low, cx.builder.i64(length)), chosen)
}

/** The element at an index that is known when the probe runs. Beyond the end it may be any. */
function choose(cx: Lowering, node: Node, [items, index]: readonly [readonly Value[], IntValue]): Value {
  const [first] = items
  const isAt = (position: number) => cx.builder.compare('eq', index.low, cx.builder.i64(position))
  if (
    items.every(
      (item): item is IntValue => item.kind === 'int' && first?.kind === 'int' && item.numeric === first.numeric && item.high === undefined,
    )
  ) {
    const range = items.map((item) => item.range).reduce(union)
    const low = items.slice(1).reduce((chosen, item, at) => select(cx.builder, isAt(at + 1), [item.low, chosen]), items[0]!.low)
    return intValue(items[0]!.numeric, range, low)
  }
  // Anything else is joined from a way for each.
  const flows: { readonly flow: NonNullable<ReturnType<typeof leave>>; readonly result: Value }[] = []
  for (const [position, item] of items.entries()) {
    if (position === items.length - 1) flows.push({ flow: leave(cx)!, result: item })
    else {
      const found = fork(cx, 'element')
      const others = fork(cx, 'others')
      cx.builder.branch(isAt(position), found.block, others.block)
      flows.push({ flow: found, result: item })
      enter(cx, others)
    }
  }
  const chosen = join(cx, flows)
  return chosen.kind === 'conflict' ? cx.report(node, differentElements) : chosen
}

/** Assigns to `list[index]`, where the array is of the probe. */
export function assignElement(cx: Lowering, node: Node, [list, index, value]: readonly [Value, Value, Value]): void {
  if (list.kind !== 'list') return void cx.report(node, constantArray)
  if (index.kind !== 'int' || index.numeric !== 'number')
    return void (index.kind === 'error' || cx.report(node, wrongType('an index (a number)', index)))
  const known = knownInt(index)
  const { length } = list.items
  if (!within(index.range, { min: 0n, max: BigInt(length) - 1n })) return void cx.report(node, indexMayBeOutside(length))
  if (known !== undefined) return void cx.variables?.set(list.items[Number(known)]!, value)
  for (const [position, item] of list.items.entries()) {
    const before = cx.variables?.get(item) ?? UNDEFINED
    const isHere = cx.builder.compare('eq', index.low, cx.builder.i64(position))
    const here = fork(cx, 'here')
    const elsewhere = fork(cx, 'elsewhere')
    cx.builder.branch(isHere, here.block, elsewhere.block)
    const after = join(cx, [
      { flow: here, result: value },
      { flow: elsewhere, result: before },
    ])
    cx.variables?.set(item, after)
  }
}

/** Runs `body` with names for values that have none. */
export function withNames<T>(cx: Lowering, values: readonly Value[], body: (names: readonly string[]) => T): T {
  const names = values.map((_, index) => `%value${index}`)
  const scope = new Map(names.map((name) => [name, unnamed()]))
  for (const [index, name] of names.entries()) cx.variables?.set(scope.get(name)!, values[index]!)
  cx.scopes.push(scope)
  const result = body(names)
  cx.scopes.pop()
  return result
}

const tooManyItems = (length: number): Problem => ({
  code: 'array-too-long',
  message: `an array of ${length} elements is too long for this: at most ${MOST_ITEMS} are written out`,
  hint: 'keep it in a part, array(u64, length), that user space fills',
})
const indexMayBeOutside = (length: number): Problem => ({
  code: 'index-not-in-range',
  message: `the index may be outside of the array, which has ${length} element${length === 1 ? '' : 's'}`,
  hint: `test it first: if (index >= 0 && index < ${length}) { ... }`,
})
const differentElements: Problem = {
  code: 'conflicting-types',
  message: 'the elements are of different types, and which it is depends on the index',
  hint: 'use arrays of one type each',
}
const constantArray: Problem = {
  code: 'captured-assignment',
  message: 'this array is outside of the probe, which runs in the kernel and cannot change it',
  hint: 'keep the values in a part: const state = array(u64, length)',
}
