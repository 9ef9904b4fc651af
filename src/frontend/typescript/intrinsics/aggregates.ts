/**
 * Maps of aggregations: `add(key, value)` reduces in the kernel. Counts, sums and their kin have a value for each CPU; histograms are
 * shared and counted atomically, since a value for each CPU would take too much memory.
 */
import type { CallExpression, Expression } from 'acorn'
import type { Operand } from '../../../compiler/ir/ir.ts'
import { countDroppedUpdate } from '../../../compiler/lowering/emit-record.ts'
import { bucketOf } from '../../../compiler/lowering/histogram-bucket.ts'
import { AGGREGATE_OFFSETS, aggregateSize, bucketCountOf } from '../../../spec/aggregates.ts'
import type { AggregateBinding } from '../binding.ts'
import type { Lowering, Problem } from '../lowering.ts'
import { materialize } from '../memory.ts'
import { settleAll } from '../optional.ts'
import { wrongType } from '../problems.ts'
import { ERROR, UNDEFINED, type Value } from '../value.ts'
import { argumentNodes } from './arguments.ts'

type AggregateMethod = (cx: Lowering, node: CallExpression, map: AggregateBinding) => Value

/** By name. */
export const AGGREGATE_METHODS: Readonly<Record<string, AggregateMethod>> = { add, has, delete: remove }

/** Bytes that are made on the stack. */
const SMALL = 16

/** `add(key, value)`; of a count `add(key)`. */
function add(cx: Lowering, node: CallExpression, map: AggregateBinding): Value {
  const isCount = map.aggregation.kind === 'count'
  const [keyNode, valueNode] = argumentNodes(cx, node, isCount ? [1, 1] : [2, 2]) ?? []
  if (keyNode === undefined) return ERROR
  const key = cx.value(keyNode)
  const value = valueNode === undefined ? cx.builder.i64(1) : numberOf(cx, valueNode)
  const keySlot = key.kind === 'error' ? undefined : materialize(cx, keyNode, [map.key, key, 'key'])
  if (keySlot === undefined || value === undefined) return ERROR
  settleAll(cx)
  withEntry(cx, map, keySlot, (pointer) => reduce(cx, map, [pointer, value]))
  return UNDEFINED
}

function has(cx: Lowering, node: CallExpression, map: AggregateBinding): Value {
  const keySlot = onlyKey(cx, node, map)
  return keySlot === undefined ? ERROR : { kind: 'bool', operand: cx.builder.isNotNull(lookup(cx, map, keySlot)) }
}

function remove(cx: Lowering, node: CallExpression, map: AggregateBinding): Value {
  if (map.storage === 'array') return cx.report(node.callee, notDeletable)
  const keySlot = onlyKey(cx, node, map)
  if (keySlot === undefined) return ERROR
  const refused = cx.builder.call('map_delete_elem', [cx.builder.map(map.name), keySlot])
  return { kind: 'bool', operand: cx.builder.compare('eq', refused, cx.builder.i64(0)) }
}

function onlyKey(cx: Lowering, node: CallExpression, map: AggregateBinding): Operand | undefined {
  const [keyNode] = argumentNodes(cx, node, [1, 1]) ?? []
  const key = keyNode === undefined ? ERROR : cx.value(keyNode)
  return keyNode === undefined || key.kind === 'error' ? undefined : materialize(cx, keyNode, [map.key, key, 'key'])
}

/** A number or bigint; more than 64 bits wrap, as in every place of 64. */
function numberOf(cx: Lowering, node: Expression): Operand | undefined {
  const value = cx.value(node)
  if (value.kind === 'error') return undefined
  if (value.kind !== 'int') cx.report(node, wrongType('an integer', value))
  else return value.low
  return undefined
}

/** Runs `body` with the entry, which is made when there is none; counts a loss when there is no room. */
function withEntry(cx: Lowering, map: AggregateBinding, keySlot: Operand, body: (pointer: Operand) => void): void {
  const { builder } = cx
  const found = lookup(cx, map, keySlot)
  if (map.storage === 'array') {
    builder.when(builder.isNotNull(found), () => body(found))
    return
  }
  builder.when(builder.compare('eq', builder.addressOf(found), builder.i64(0)), () => {
    builder.call('map_update_elem', [builder.map(map.name), keySlot, emptyValue(cx, map), builder.i64(1)])
  })
  const pointer = lookup(cx, map, keySlot)
  builder.when(
    builder.isNotNull(pointer),
    () => body(pointer),
    () => countDroppedUpdate(builder),
  )
}

function emptyValue({ builder }: Lowering, { aggregation, empty }: AggregateBinding): Operand {
  const size = aggregateSize(aggregation)
  if (size > SMALL) return builder.mapValue(empty)
  const slot = builder.stackSlot('empty', size)
  builder.zero(slot, size)
  return slot
}

function reduce({ builder }: Lowering, { aggregation }: AggregateBinding, [pointer, value]: readonly [Operand, Operand]): void {
  switch (aggregation.kind) {
    case 'count':
    case 'sum':
      builder.atomic('add', pointer, value)
      break
    case 'avg':
    case 'stats':
      builder.atomic('add', pointer, value, AGGREGATE_OFFSETS.total)
      builder.atomic('add', pointer, builder.i64(1), AGGREGATE_OFFSETS.count)
      break
    case 'min':
    case 'max': {
      const isSet = builder.load('i64', pointer, AGGREGATE_OFFSETS.isSet)
      const store = () => builder.store(pointer, value)
      builder.when(
        builder.compare('eq', isSet, builder.i64(0)),
        () => {
          store()
          builder.store(pointer, builder.i64(1), AGGREGATE_OFFSETS.isSet)
        },
        () => builder.when(builder.compare(aggregation.kind === 'min' ? 'slt' : 'sgt', value, builder.load('i64', pointer)), store),
      )
      break
    }
    default: {
      const bucket = bucketOf(builder, aggregation, value)
      builder.when(builder.compare('ult', bucket, builder.i64(bucketCountOf(aggregation))), () =>
        builder.atomic('add', builder.offsetPointer(pointer, builder.binary('shl', bucket, builder.i64(3))), builder.i64(1)),
      )
    }
  }
}

function lookup({ builder }: Lowering, map: AggregateBinding, keySlot: Operand): Operand {
  return builder.call('map_lookup_elem', [builder.map(map.name), keySlot], 'ptr.map_value')
}

const notDeletable: Problem = {
  code: 'unknown-method',
  message: 'entries of an array cannot be deleted',
  hint: 'use a hash',
}
