/**
 * Integers of this front-end as the compiler's wide ones (`compiler/lowering/wide-integers.ts`). One that fits a register is extended
 * by its sign when its range has negative values, else by zeros.
 */
import type { FunctionBuilder } from '../../compiler/ir/builder.ts'
import { type WideInteger, widened } from '../../compiler/lowering/wide-integers.ts'
import type { IntValue } from './value.ts'

/** Both halves of an integer; the high one is made when the value has only one. */
export function wideOf(builder: FunctionBuilder, value: IntValue): WideInteger {
  if (value.high !== undefined) return { low: value.low, high: value.high }
  return widened(builder, value.low, { signed: value.range.min < 0n })
}
