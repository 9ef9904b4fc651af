/**
 * Assigns to scratch variables.
 */
import { sizeOf, type Type } from '../../../spec/types/type.ts'
import type { VariableExpression } from '../ast.ts'
import { castInteger, isScalar } from './integers.ts'
import type { Lowering } from './lowering.ts'
import { storeValue } from './store.ts'
import type { Value } from './value.ts'

/** Stores a value of type `from` in a variable. */
export function assignVariable(lowering: Lowering, variable: VariableExpression, { value, from }: { value: Value; from: Type }): void {
  const { builder } = lowering
  const symbol = lowering.symbolOf(variable)
  const slot = lowering.slotOf(symbol)
  const to = symbol.type?.type ?? from
  if (value.kind === 'integer' && isScalar(to)) {
    builder.store(slot, to.kind === 'int' || to.kind === 'bool' ? castInteger(lowering, value.operand, to) : value.operand)
    return
  }
  if (to.kind !== 'tuple') {
    storeValue(lowering, { value, from, place: { pointer: slot, offset: 0 }, to })
    return
  }
  // Its items may be parts of what is being overwritten.
  const size = Math.ceil(sizeOf(to) / 8) * 8
  const staged = builder.stackSlot('value', size)
  storeValue(lowering, { value, from, place: { pointer: staged, offset: 0 }, to })
  builder.copy(slot, staged, sizeOf(to))
}
