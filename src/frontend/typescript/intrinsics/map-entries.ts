/**
 * Entries of maps: how a probe finds one, and what it may do there.
 */
import type { CallExpression, Expression } from 'acorn'
import type { Operand } from '../../../compiler/ir/ir.ts'
import { countDroppedUpdate } from '../../../compiler/lowering/emit-record.ts'
import { sizeOf, type Type } from '../../../spec/types/type.ts'
import type { MapBinding } from '../binding.ts'
import { type Lowering, type Problem, showRange } from '../lowering.ts'
import { loadSnapshot, loadValue, materialize, type Place } from '../memory.ts'
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

/** Reads an entry that is there: the null check is for the verifier only. */
export function loadEntry(cx: Lowering, map: MapBinding, pointer: Operand): PresentValue {
  if (map.value.kind === 'int' || map.value.kind === 'bool') return settle(cx, pendingValue(cx, map, pointer)).load()
  const slot = cx.builder.stackSlot('entry', Math.ceil(sizeOf(map.value) / 8) * 8)
  cx.builder.zero(slot, slot.size)
  cx.builder.when(cx.builder.isNotNull(pointer), () => cx.builder.copy(slot, pointer, sizeOf(map.value)))
  return loadValue(cx, map.value, { pointer: slot, offset: 0 })
}

/**
 * Runs `body` with the entry at `index`, when there is one. An index that may be out of range is tested, although the helper would
 * answer null for it: Linux from 6.14 on leaves the null check out where it takes the index for a constant that is in range, and
 * 6.18 was seen to do so wrongly.
 */
export function withEntry(cx: Lowering, map: MapBinding, index: IntValue, body: (pointer: Operand) => void): void {
  const { builder } = cx
  const found = () => {
    const pointer = lookup(cx, map, indexKey(cx, index))
    builder.when(builder.isNotNull(pointer), () => body(pointer))
  }
  if (within(index.range, { min: 0n, max: BigInt(map.maxEntries) - 1n })) found()
  else builder.when(builder.compare('ult', index.low, builder.i64(map.maxEntries)), found)
}

/** True when the index is proved to be in range. */
export function isInside(index: IntValue, map: MapBinding): boolean {
  return within(index.range, { min: 0n, max: BigInt(map.maxEntries) - 1n })
}

/** Sets the entry of a key that lies in memory. */
export function storeEntry(
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

/** The key that is the one argument, in memory. */
export function keyArgument(cx: Lowering, node: CallExpression, map: MapBinding): Operand | undefined {
  const [keyNode] = argumentNodes(cx, node, [1, 1]) ?? []
  const key = keyNode === undefined ? ERROR : cx.value(keyNode)
  return keyNode === undefined || key.kind === 'error' ? undefined : materialize(cx, keyNode, [map.key, key, 'key'])
}

/** A pointer to the value, or null. */
export function lookup(cx: Lowering, map: MapBinding, keySlot: Operand): Operand {
  return cx.builder.call('map_lookup_elem', [cx.builder.map(map.name), keySlot], 'ptr.map_value')
}

/** The value that a pointer leads to, which may be null; not loaded yet. */
export function pendingValue(cx: Lowering, map: MapBinding, pointer: Operand): OptionalValue {
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

/** An index, which is a number. */
export function indexOf(cx: Lowering, node: Expression | undefined): IntValue | undefined {
  const index = node === undefined ? ERROR : cx.value(node)
  if (index.kind === 'int' && index.numeric === 'number') return index
  if (index.kind !== 'error' && node !== undefined) cx.report(node, wrongType('an index (a number)', index))
  return undefined
}

/** An index in memory, as the kernel wants it. */
export function indexKey(cx: Lowering, index: IntValue): Operand {
  const slot = cx.builder.stackSlot('index', 8)
  const word = knownInt(index) === undefined ? index : constantInt('number', index.range.min)
  cx.builder.store(slot, cx.builder.convert(word.low, 'i32', { signed: false }))
  return slot
}

/** The entry of a one-entry array, whose memory has a known address. @kernel 5.2 */
export function directPlace(cx: Lowering, map: MapBinding, index: IntValue): Place | undefined {
  return map.maxEntries === 1 && map.perCpu !== true && knownInt(index) === 0n
    ? { pointer: cx.builder.mapValue(map.name), offset: 0 }
    : undefined
}

/** An index that may be out of range. */
export const indexNotInRange = (range: Range, map: MapBinding): Problem => ({
  code: 'index-not-in-range',
  message: `the index is ${showRange(range)}, but ${map.name} has ${map.maxEntries} ${map.maxEntries === 1 ? 'entry' : 'entries'}`,
  hint: `test it first: if (index >= 0 && index < ${map.maxEntries}) { ... }`,
})

/** An index that is out of range. */
export const indexOutOfRange = (range: Range, map: MapBinding): Problem => ({
  code: 'index-out-of-range',
  message: `the index is ${showRange(range)}, but ${map.name} has ${map.maxEntries} ${map.maxEntries === 1 ? 'entry' : 'entries'}`,
})
