/**
 * Methods of maps that change what is there: `take`, `update`, `increment`.
 */
import type { CallExpression, Expression } from 'acorn'
import type { Operand } from '../../../compiler/ir/ir.ts'
import { countDroppedUpdate } from '../../../compiler/lowering/emit-record.ts'
import type { Type } from '../../../spec/types/type.ts'
import type { MapBinding } from '../binding.ts'
import { callFunction } from '../functions.ts'
import type { Lowering, Problem } from '../lowering.ts'
import { loadSnapshot, materialize, numericOf, storeValue } from '../memory.ts'
import { settle, settleAll } from '../optional.ts'
import { wrongType } from '../problems.ts'
import { constantInt, ERROR, type IntValue, UNDEFINED, type Value } from '../value.ts'
import { argumentNodes } from './arguments.ts'
import {
  directPlace,
  indexKey,
  indexNotInRange,
  indexOf,
  indexOutOfRange,
  isInside,
  keyArgument,
  loadEntry,
  lookup,
  pendingValue,
  storeEntry,
  withEntry,
} from './map-entries.ts'

/** BPF_NOEXIST: only when there is no such entry. */
const NO_EXIST = 1

/** `get` and `delete` in one. */
export function hashTake(cx: Lowering, node: CallExpression, map: MapBinding): Value {
  const keySlot = keyArgument(cx, node, map)
  if (keySlot === undefined) return ERROR
  const value = settle(cx, pendingValue(cx, map, lookup(cx, map, keySlot)))
  settleAll(cx)
  cx.builder.call('map_delete_elem', [cx.builder.map(map.name), keySlot])
  return value
}

/** `update(key, (old) => value)`: what `set(key, f(get(key)))` does, with the key computed once. */
export function hashUpdate(cx: Lowering, node: CallExpression, map: MapBinding): Value {
  const [keyNode, fnNode] = argumentNodes(cx, node, [2, 2]) ?? []
  if (keyNode === undefined || fnNode === undefined) return ERROR
  const key = cx.value(keyNode)
  const fn = cx.value(fnNode)
  const keySlot = key.kind === 'error' ? undefined : materialize(cx, keyNode, [map.key, key, 'key'])
  if (keySlot === undefined || fn.kind === 'error') return ERROR
  const value = callFunction(cx, fnNode, [fn, [settle(cx, pendingValue(cx, map, lookup(cx, map, keySlot)))]])
  return value.kind === 'error' ? value : storeEntry(cx, map, { node: fnNode, keySlot, value })
}

/** `increment(key, by = 1)`: adds at once, whatever other CPUs do. */
export function hashIncrement(cx: Lowering, node: CallExpression, map: MapBinding): Value {
  const [keyNode, byNode] = argumentNodes(cx, node, [1, 2]) ?? []
  if (keyNode === undefined) return ERROR
  const key = cx.value(keyNode)
  const by = addend(cx, node, [map, byNode])
  const keySlot = key.kind === 'error' ? undefined : materialize(cx, keyNode, [map.key, key, 'key'])
  if (keySlot === undefined || by === undefined) return ERROR
  settleAll(cx)
  const { builder } = cx
  const addTo = (pointer: Operand) => addInPlace(cx, map.value, { pointer, by })
  const pointer = lookup(cx, map, keySlot)
  builder.when(
    builder.isNotNull(pointer),
    () => addTo(pointer),
    () => {
      const slot = builder.stackSlot('value', 8)
      storeValue(cx, node, [map.value, { pointer: slot, offset: 0 }, by])
      const refused = builder.call('map_update_elem', [builder.map(map.name), keySlot, slot, builder.i64(NO_EXIST)])
      builder.when(builder.compare('ne', refused, builder.i64(0)), () => {
        // Another CPU was first, or there is no room.
        const again = lookup(cx, map, keySlot)
        builder.when(
          builder.isNotNull(again),
          () => addTo(again),
          () => countDroppedUpdate(builder),
        )
      })
    },
  )
  return UNDEFINED
}

/** `update(index, (old) => value)`. */
export function arrayUpdate(cx: Lowering, node: CallExpression, map: MapBinding): Value {
  const [indexNode, fnNode] = argumentNodes(cx, node, [2, 2]) ?? []
  const index = indexOf(cx, indexNode)
  const fn = fnNode === undefined ? ERROR : cx.value(fnNode)
  if (index === undefined || indexNode === undefined || fnNode === undefined || fn.kind === 'error') return ERROR
  if (!isInside(index, map)) return cx.report(indexNode, indexNotInRange(index.range, map))
  const direct = directPlace(cx, map, index)
  const before = direct === undefined ? loadEntry(cx, map, lookup(cx, map, indexKey(cx, index))) : loadSnapshot(cx, map.value, direct)
  const value = callFunction(cx, fnNode, [fn, [before]])
  if (value.kind === 'error') return value
  settleAll(cx)
  if (direct !== undefined) storeValue(cx, fnNode, [map.value, direct, value])
  else withEntry(cx, map, index, (pointer) => void storeValue(cx, fnNode, [map.value, { pointer, offset: 0 }, value]))
  return UNDEFINED
}

/** `increment(index, by = 1)`. */
export function arrayIncrement(cx: Lowering, node: CallExpression, map: MapBinding): Value {
  const [indexNode, byNode] = argumentNodes(cx, node, [1, 2]) ?? []
  const index = indexOf(cx, indexNode)
  const by = addend(cx, node, [map, byNode])
  if (index === undefined || by === undefined) return ERROR
  if (index.range.max < 0n || index.range.min >= BigInt(map.maxEntries))
    return cx.report(indexNode ?? node, indexOutOfRange(index.range, map))
  settleAll(cx)
  const direct = directPlace(cx, map, index)
  if (direct !== undefined) addInPlace(cx, map.value, { pointer: direct.pointer, by })
  else withEntry(cx, map, index, (pointer) => addInPlace(cx, map.value, { pointer, by }))
  return UNDEFINED
}

/** What is to be added: of the type of the values, 1 when it is not said. */
function addend(cx: Lowering, node: CallExpression, [map, byNode]: readonly [MapBinding, Expression | undefined]): IntValue | undefined {
  const { value: type } = map
  if (type.kind !== 'int') {
    cx.report(node.callee, notANumber(map))
    return undefined
  }
  const by = byNode === undefined ? constantInt(numericOf(type), 1n) : cx.value(byNode)
  if (by.kind === 'int' && by.numeric === numericOf(type)) return by
  if (by.kind !== 'error') cx.report(byNode ?? node, wrongType(`a ${numericOf(type)}`, by))
  return undefined
}

/** Adds to memory of a map, atomically where the kernel can (32 and 64 bits). */
function addInPlace(cx: Lowering, type: Type, { pointer, by }: { readonly pointer: Operand; readonly by: IntValue }): void {
  const { builder } = cx
  if (type.kind !== 'int') return
  if (type.size === 8) builder.atomic('add', pointer, by.low)
  else if (type.size === 4) builder.atomic('add', pointer, builder.convert(by.low, 'i32', { signed: false }))
  else {
    const word = type.size === 2 ? 'i16' : 'i8'
    const before = builder.convert(builder.load(word, pointer), 'i64', { signed: false })
    builder.store(pointer, builder.convert(builder.binary('add', before, by.low), word, { signed: false }))
  }
}

const notANumber = (map: MapBinding): Problem => ({
  code: 'wrong-type',
  message: `the values of ${map.name} are no numbers, so that nothing can be added to them`,
  hint: 'write update(key, (old) => ...)',
})
