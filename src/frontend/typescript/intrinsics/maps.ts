/**
 * The methods of maps. An array of one entry is plain memory at a known address; other arrays and hashes go through the
 * lookup helper. `get` of an array needs an index that is proved to be in range, `set` beyond it does nothing, as in a typed
 * array; an entry that no longer fits a hash is counted as a loss.
 */
import type { CallExpression, Expression } from 'acorn'
import type { Operand } from '../../../compiler/ir/ir.ts'
import { countDroppedUpdate } from '../../../compiler/lowering/emit-record.ts'
import { sizeOf, type Type } from '../../../spec/types/type.ts'
import type { MapBinding } from '../binding.ts'
import { callFunction } from '../functions.ts'
import { type Lowering, type Problem, showRange } from '../lowering.ts'
import { loadSnapshot, loadValue, materialize, numericOf, type Place, storeValue } from '../memory.ts'
import { settle, settleAll } from '../optional.ts'
import { wrongType } from '../problems.ts'
import { type Range, rangeOfBits, within } from '../range.ts'
import {
  constantInt,
  ERROR,
  FALSE,
  type IntValue,
  intValue,
  knownInt,
  type OptionalValue,
  type PresentValue,
  UNDEFINED,
  type Value,
} from '../value.ts'
import { argumentNodes } from './arguments.ts'

/** BPF_NOEXIST: only when there is no such entry. */
const NO_EXIST = 1

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

/** Reads an entry that is there: the null check is for the verifier only. */
function loadEntry(cx: Lowering, map: MapBinding, pointer: Operand): PresentValue {
  if (map.value.kind === 'int' || map.value.kind === 'bool') return settle(cx, pendingValue(cx, map, pointer)).load()
  const slot = cx.builder.stackSlot('entry', Math.ceil(sizeOf(map.value) / 8) * 8)
  cx.builder.zero(slot, slot.size)
  cx.builder.when(cx.builder.isNotNull(pointer), () => cx.builder.copy(slot, pointer, sizeOf(map.value)))
  return loadValue(cx, map.value, { pointer: slot, offset: 0 })
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

/**
 * Runs `body` with the entry at `index`, when there is one. An index that may be out of range is tested, although the helper would
 * answer null for it: Linux from 6.14 on leaves the null check out where it takes the index for a constant that is in range, and
 * 6.18 was seen to do so wrongly.
 */
function withEntry(cx: Lowering, map: MapBinding, index: IntValue, body: (pointer: Operand) => void): void {
  const { builder } = cx
  const found = () => {
    const pointer = lookup(cx, map, indexKey(cx, index))
    builder.when(builder.isNotNull(pointer), () => body(pointer))
  }
  if (within(index.range, { min: 0n, max: BigInt(map.maxEntries) - 1n })) found()
  else builder.when(builder.compare('ult', index.low, builder.i64(map.maxEntries)), found)
}

function hashGet(cx: Lowering, node: CallExpression, map: MapBinding): Value {
  const pointer = lookupArgument(cx, node, map)
  return pointer === undefined ? ERROR : pendingValue(cx, map, pointer)
}
/** `get` and `delete` in one. */
function hashTake(cx: Lowering, node: CallExpression, map: MapBinding): Value {
  const keySlot = keyArgument(cx, node, map)
  if (keySlot === undefined) return ERROR
  const value = settle(cx, pendingValue(cx, map, lookup(cx, map, keySlot)))
  settleAll(cx)
  cx.builder.call('map_delete_elem', [cx.builder.map(map.name), keySlot])
  return value
}

/** `update(key, (old) => value)`: what `set(key, f(get(key)))` does, with the key computed once. */
function hashUpdate(cx: Lowering, node: CallExpression, map: MapBinding): Value {
  const [keyNode, fnNode] = argumentNodes(cx, node, [2, 2]) ?? []
  if (keyNode === undefined || fnNode === undefined) return ERROR
  const key = cx.value(keyNode)
  const fn = cx.value(fnNode)
  const keySlot = key.kind === 'error' ? undefined : materialize(cx, keyNode, [map.key, key, 'key'])
  if (keySlot === undefined || fn.kind === 'error') return ERROR
  const value = callFunction(cx, fnNode, [fn, [settle(cx, pendingValue(cx, map, lookup(cx, map, keySlot)))]])
  return value.kind === 'error' ? value : store(cx, map, { node: fnNode, keySlot, value })
}

/** `increment(key, by = 1)`: adds at once, whatever other CPUs do. */
function hashIncrement(cx: Lowering, node: CallExpression, map: MapBinding): Value {
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

function arrayUpdate(cx: Lowering, node: CallExpression, map: MapBinding): Value {
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

function arrayIncrement(cx: Lowering, node: CallExpression, map: MapBinding): Value {
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

function isInside(index: IntValue, map: MapBinding): boolean {
  return within(index.range, { min: 0n, max: BigInt(map.maxEntries) - 1n })
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
  return keySlot === undefined ? ERROR : store(cx, map, { node: valueNode, keySlot, value })
}

function store(
  cx: Lowering,
  map: MapBinding,
  entry: { readonly node: Expression; readonly keySlot: Operand; readonly value: Value },
): Value {
  const { node, keySlot, value } = entry
  const valueSlot = materialize(cx, node, [map.value, value, 'value'])
  if (valueSlot === undefined) return ERROR
  settleAll(cx)
  const refused = cx.builder.call('map_update_elem', [cx.builder.map(map.name), keySlot, valueSlot, cx.builder.i64(0)])
  cx.builder.when(cx.builder.compare('ne', refused, cx.builder.i64(0)), () => countDroppedUpdate(cx.builder))
  return UNDEFINED
}
function hashDelete(cx: Lowering, node: CallExpression, map: MapBinding): Value {
  const keySlot = keyArgument(cx, node, map)
  if (keySlot === undefined) return ERROR
  settleAll(cx)
  const refused = cx.builder.call('map_delete_elem', [cx.builder.map(map.name), keySlot])
  return { kind: 'bool', operand: cx.builder.compare('eq', refused, cx.builder.i64(0)) }
}

function keyArgument(cx: Lowering, node: CallExpression, map: MapBinding): Operand | undefined {
  const [keyNode] = argumentNodes(cx, node, [1, 1]) ?? []
  const key = keyNode === undefined ? ERROR : cx.value(keyNode)
  return keyNode === undefined || key.kind === 'error' ? undefined : materialize(cx, keyNode, [map.key, key, 'key'])
}
function lookupArgument(cx: Lowering, node: CallExpression, map: MapBinding): Operand | undefined {
  const keySlot = keyArgument(cx, node, map)
  return keySlot === undefined ? undefined : lookup(cx, map, keySlot)
}
function lookup(cx: Lowering, map: MapBinding, keySlot: Operand): Operand {
  return cx.builder.call('map_lookup_elem', [cx.builder.map(map.name), keySlot], 'ptr.map_value')
}
function pendingValue(cx: Lowering, map: MapBinding, pointer: Operand): OptionalValue {
  const present = cx.builder.isNotNull(pointer)
  return {
    kind: 'optional',
    present,
    sample: sampleOf(map.value, pointer),
    load: () => loadSnapshot(cx, map.value, { pointer, offset: 0 }),
    pending: true,
  }
}
/** A value of a type; what it is means nothing. */
function sampleOf(type: Type, pointer: Operand): PresentValue {
  if (type.kind === 'int') return intValue(type.size === 8 ? 'bigint' : 'number', rangeOfBits(type.size * 8, type.signed), pointer)
  if (type.kind === 'struct') return { kind: 'struct', pointer, type }
  if (type.kind === 'array') return { kind: 'array', pointer, type }
  return type.kind === 'string' ? { kind: 'string', pointer, size: type.size } : FALSE
}

function indexOf(cx: Lowering, node: Expression | undefined): IntValue | undefined {
  const index = node === undefined ? ERROR : cx.value(node)
  if (index.kind === 'int' && index.numeric === 'number') return index
  if (index.kind !== 'error' && node !== undefined) cx.report(node, wrongType('an index (a number)', index))
  return undefined
}
function indexKey(cx: Lowering, index: IntValue): Operand {
  const slot = cx.builder.stackSlot('index', 8)
  const word = knownInt(index) === undefined ? index : constantInt('number', index.range.min)
  cx.builder.store(slot, cx.builder.convert(word.low, 'i32', { signed: false }))
  return slot
}
/** The entry of a one-entry array, whose memory has a known address. @kernel 5.2 */
function directPlace(cx: Lowering, map: MapBinding, index: IntValue): Place | undefined {
  return map.maxEntries === 1 && map.perCpu !== true && knownInt(index) === 0n
    ? { pointer: cx.builder.mapValue(map.name), offset: 0 }
    : undefined
}

const notANumber = (map: MapBinding): Problem => ({
  code: 'wrong-type',
  message: `the values of ${map.name} are no numbers, so that nothing can be added to them`,
  hint: 'write update(key, (old) => ...)',
})
const indexNotInRange = (range: Range, map: MapBinding): Problem => ({
  code: 'index-not-in-range',
  message: `the index is ${showRange(range)}, but ${map.name} has ${map.maxEntries} ${map.maxEntries === 1 ? 'entry' : 'entries'}`,
  hint: `test it first: if (index >= 0 && index < ${map.maxEntries}) { ... }`,
})
const indexOutOfRange = (range: Range, map: MapBinding): Problem => ({
  code: 'index-out-of-range',
  message: `the index is ${showRange(range)}, but ${map.name} has ${map.maxEntries} ${map.maxEntries === 1 ? 'entry' : 'entries'}`,
})
