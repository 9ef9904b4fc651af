/**
 * Arguments of `printf` and `print` as fields of a record. Numbers are computed before room in the ring buffer is asked
 * for, so that side effects happen also when there is none; texts are read straight into it.
 */
import type { Expression } from '../ast.ts'
import type { Lowering, RecordValue } from './lowering.ts'

/** Evaluates an argument as far as it must be, as a field of a record. */
export function valueForRecord(lowering: Lowering, expression: Expression, name: string): RecordValue {
  const type = lowering.typeOf(expression)
  return { name, type, value: lowering.lower(expression) }
}
