/**
 * `events.emit({...})`: a record, written straight into its reservation in the ring buffer.
 */
import type { CallExpression } from 'acorn'
import { emitRecord } from '../../../compiler/lowering/emit-record.ts'
import type { EventsBinding } from '../binding.ts'
import type { Lowering } from '../lowering.ts'
import { storeValue, zeroPadding } from '../memory.ts'
import { ERROR, UNDEFINED, type Value } from '../value.ts'
import { argumentNodes } from './arguments.ts'

/** Lowers `events.emit(value)`. @kernel 5.8 */
export function emitEvent(cx: Lowering, node: CallExpression, events: EventsBinding): Value {
  const [argument] = argumentNodes(cx, node, [1, 1]) ?? []
  const value = argument === undefined ? ERROR : cx.value(argument)
  if (argument === undefined || value.kind === 'error') return ERROR
  emitRecord(cx.builder, { map: events.name, layout: events.layout }, (pointer) => {
    zeroPadding(cx, pointer, { type: events.struct, offset: 0, size: events.layout.size })
    storeValue(cx, argument, [events.struct, { pointer, offset: 0 }, value])
  })
  return UNDEFINED
}
