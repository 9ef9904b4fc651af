/**
 * `is_err(p)`: whether a pointer is an error code of the kernel, as the macro IS_ERR of the kernel has it.
 */
import type { Expression } from '../ast.ts'
import { mistake } from '../check/checker.ts'
import { BOOLEAN, describeType, isTestable } from '../check/static-type.ts'
import { integerValue } from '../lower/value.ts'
import type { Call } from './call.ts'

/** MAX_ERRNO of the kernel: its error codes are the last 4095 addresses. */
const MOST_ERRORS = 4095

/** `is_err(p)`. */
export const isErr: Call = {
  arity: [1, 1],
  kind: 'value',
  check(checker, call) {
    const [pointer] = call.arguments as readonly [Expression]
    const type = checker.check(pointer)
    if (type.unknown === true || isTestable(type)) return BOOLEAN
    const message = `Cannot cast from "${describeType(type)}" to "int64"`
    return mistake(checker, { code: 'wrong-argument-type', span: pointer.span, message })
  },
  lower(lowering, call) {
    const { builder } = lowering
    const value = lowering.integer(call.arguments[0] as Expression)
    return integerValue(builder.convert(builder.compare('uge', value, builder.i64(-MOST_ERRORS)), 'i64', { signed: false }))
  },
}
