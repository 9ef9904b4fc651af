/**
 * Queues, stacks and Bloom filters: maps without keys.
 */
import type { CallExpression } from 'acorn'
import { countDroppedUpdate } from '../../../compiler/lowering/emit-record.ts'
import type { HelperName } from '../../../format/asm/helpers.ts'
import { sizeOf } from '../../../spec/types/type.ts'
import type { QueueBinding } from '../binding.ts'
import type { Lowering } from '../lowering.ts'
import { loadValue, materialize } from '../memory.ts'
import { presentIf, settleAll } from '../optional.ts'
import { ERROR, type Value } from '../value.ts'
import { argumentNodes } from './arguments.ts'

type QueueMethod = (cx: Lowering, node: CallExpression, queue: QueueBinding) => Value

/** Methods by kind and name. @kernel 4.20 for queues and stacks, 5.16 for Bloom filters */
export const QUEUE_METHODS: Readonly<Record<QueueBinding['kind'], Readonly<Record<string, QueueMethod>>>> = {
  queue: {
    push,
    pop: (cx, node, queue) => takeOut(cx, node, [queue, 'map_pop_elem']),
    peek: (cx, node, queue) => takeOut(cx, node, [queue, 'map_peek_elem']),
  },
  bloom: { add: push, has },
}

/** `push(value)`, `add(value)`: false, and a loss, when there was no room. */
function push(cx: Lowering, node: CallExpression, queue: QueueBinding): Value {
  const slot = valueSlot(cx, node, queue)
  if (slot === undefined) return ERROR
  settleAll(cx)
  const { builder } = cx
  const refused = builder.call('map_push_elem', [builder.map(queue.name), slot, builder.i64(0)])
  const isDone = builder.compare('eq', refused, builder.i64(0))
  builder.when(builder.compare('ne', refused, builder.i64(0)), () => countDroppedUpdate(builder))
  return { kind: 'bool', operand: isDone }
}

/** `pop()` and `peek()`: undefined of an empty queue. */
function takeOut(cx: Lowering, node: CallExpression, [queue, helper]: readonly [QueueBinding, HelperName]): Value {
  if (argumentNodes(cx, node, [0, 0]) === undefined) return ERROR
  const { builder } = cx
  settleAll(cx)
  const slot = builder.stackSlot('taken', Math.ceil(sizeOf(queue.value) / 8) * 8)
  builder.zero(slot, slot.size)
  const refused = builder.call(helper, [builder.map(queue.name), slot])
  return presentIf(builder.compare('eq', refused, builder.i64(0)), loadValue(cx, queue.value, { pointer: slot, offset: 0 }))
}

/** `has(value)`: false for what was certainly never added. */
function has(cx: Lowering, node: CallExpression, queue: QueueBinding): Value {
  const slot = valueSlot(cx, node, queue)
  if (slot === undefined) return ERROR
  const missing = cx.builder.call('map_peek_elem', [cx.builder.map(queue.name), slot])
  return { kind: 'bool', operand: cx.builder.compare('eq', missing, cx.builder.i64(0)) }
}

function valueSlot(cx: Lowering, node: CallExpression, { value: type }: QueueBinding) {
  const [argument] = argumentNodes(cx, node, [1, 1]) ?? []
  const value = argument === undefined ? ERROR : cx.value(argument)
  return argument === undefined || value.kind === 'error' ? undefined : materialize(cx, argument, [type, value, 'value'])
}
