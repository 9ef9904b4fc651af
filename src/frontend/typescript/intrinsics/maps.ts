/**
 * The methods of maps. An array of one entry is plain memory at a known address; other arrays and hashes go through the
 * lookup helper. `get` of an array needs an index that is proved to be in range, `set` beyond it does nothing, as in a typed
 * array; an entry that no longer fits a hash is counted as a loss.
 */
import type { CallExpression } from 'acorn'
import type { Operand } from '../../../compiler/ir/ir.ts'
import type { MapBinding } from '../binding.ts'
import type { Lowering } from '../lowering.ts'
import { loadSnapshot, materialize, storeValue } from '../memory.ts'
import { settleAll } from '../optional.ts'
import { type Range, within } from '../range.ts'
import { ERROR, UNDEFINED, type Value } from '../value.ts'
import { argumentNodes } from './arguments.ts'
import { arrayIncrement, arrayUpdate, hashIncrement, hashTake, hashUpdate } from './map-changes.ts'
import {
  directPlace,
  indexKey,
  indexNotInRange,
  indexOf,
  indexOutOfRange,
  keyArgument,
  loadEntry,
  lookup,
  pendingValue,
  storeEntry,
  withEntry,
} from './map-entries.ts'

/** Lowers one method of a map. */
type MapMethod = (cx: Lowering, node: CallExpression, map: MapBinding) => Value

/** Methods by storage and name. */
export const MAP_METHODS: Readonly<Record<MapBinding['storage'], Readonly<Record<string, MapMethod>>>> = {
  array: { get: arrayGet, set: arraySet, update: arrayUpdate, increment: arrayIncrement },
  hash: {
    get: hashGet,
    set: hashSet,
    has: hashHas,
    delete: hashDelete,
    take: hashTake,
    update: hashUpdate,
    increment: hashIncrement,
  },
}

function arrayGet(cx: Lowering, node: CallExpression, map: MapBinding): Value {
  const index = indexOf(cx, argumentNodes(cx, node, [1, 1])?.[0])
  if (index === undefined) return ERROR
  const all: Range = { min: 0n, max: BigInt(map.maxEntries) - 1n }
  if (!within(index.range, all)) return cx.report(node.arguments[0] ?? node, indexNotInRange(index.range, map))
  const direct = directPlace(cx, map, index)
  if (direct !== undefined) return loadSnapshot(cx, map.value, direct)
  return loadEntry(cx, map, lookup(cx, map, indexKey(cx, index)))
}

function arraySet(cx: Lowering, node: CallExpression, map: MapBinding): Value {
  const [indexNode, valueNode] = argumentNodes(cx, node, [2, 2]) ?? []
  if (valueNode === undefined) return ERROR
  const index = indexOf(cx, indexNode)
  const direct = index === undefined ? undefined : directPlace(cx, map, index)
  const value = cx.value(valueNode)
  if (index === undefined || value.kind === 'error') return ERROR
  if (index.range.max < 0n || index.range.min >= BigInt(map.maxEntries))
    return cx.report(indexNode ?? node, indexOutOfRange(index.range, map))
  settleAll(cx)
  if (direct !== undefined) storeValue(cx, valueNode, [map.value, direct, value])
  else withEntry(cx, map, index, (pointer) => void storeValue(cx, valueNode, [map.value, { pointer, offset: 0 }, value]))
  return UNDEFINED
}

function hashGet(cx: Lowering, node: CallExpression, map: MapBinding): Value {
  const pointer = lookupArgument(cx, node, map)
  return pointer === undefined ? ERROR : pendingValue(cx, map, pointer)
}

function hashHas(cx: Lowering, node: CallExpression, map: MapBinding): Value {
  const pointer = lookupArgument(cx, node, map)
  return pointer === undefined ? ERROR : { kind: 'bool', operand: cx.builder.isNotNull(pointer) }
}

function hashSet(cx: Lowering, node: CallExpression, map: MapBinding): Value {
  const [keyNode, valueNode] = argumentNodes(cx, node, [2, 2]) ?? []
  if (keyNode === undefined || valueNode === undefined) return ERROR
  const key = cx.value(keyNode)
  const value = cx.value(valueNode)
  if (key.kind === 'error' || value.kind === 'error') return ERROR
  const keySlot = materialize(cx, keyNode, [map.key, key, 'key'])
  return keySlot === undefined ? ERROR : storeEntry(cx, map, { node: valueNode, keySlot, value })
}

function hashDelete(cx: Lowering, node: CallExpression, map: MapBinding): Value {
  const keySlot = keyArgument(cx, node, map)
  if (keySlot === undefined) return ERROR
  settleAll(cx)
  const refused = cx.builder.call('map_delete_elem', [cx.builder.map(map.name), keySlot])
  return { kind: 'bool', operand: cx.builder.compare('eq', refused, cx.builder.i64(0)) }
}

function lookupArgument(cx: Lowering, node: CallExpression, map: MapBinding): Operand | undefined {
  const keySlot = keyArgument(cx, node, map)
  return keySlot === undefined ? undefined : lookup(cx, map, keySlot)
}
