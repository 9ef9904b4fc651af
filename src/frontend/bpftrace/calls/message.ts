/**
 * `errorf` and `warnf`: messages about the script, with the place that they come from; and `assert`, which ends the run with one.
 */
import type { FormatString } from '../../../spec/format-string.ts'
import { INT32 } from '../../../spec/types/type.ts'
import type { Expression } from '../ast.ts'
import { mistake } from '../check/checker.ts'
import { checkTestable } from '../check/operators.ts'
import { NOTHING } from '../check/static-type.ts'
import { parseFormat } from '../format-string.ts'
import { lowerEnd } from '../lower/loops.ts'
import { messagePlace } from '../lower/message-place.ts'
import { valueForRecord } from '../lower/record-value.ts'
import { integerValue, NO_VALUE } from '../lower/value.ts'
import type { Call } from './call.ts'
import { checkFormatted, FORMATTED_ARITY, formatOf, formattedFields, isShowable } from './formatted.ts'

/** `errorf(format, ...)`. */
export const errorf = messageCall('error')
/** `warnf(format, ...)`. */
export const warnf = messageCall('warning')

function messageCall(severity: 'error' | 'warning'): Call {
  return {
    arity: FORMATTED_ARITY,
    kind: 'action',
    check: checkFormatted,
    lower(lowering, call) {
      const place = messagePlace(lowering.source, call.span, severity)
      lowering.send({ kind: 'message', severity, place, format: formatOf(lowering, call) }, formattedFields(lowering, call))
      return NO_VALUE
    },
  }
}

const ASSERT_EXIT_CODE = 1
const ASSERT_FORMAT = parseFormat('assert failed: %s')

/** `assert(condition, message)`: when the condition does not hold, an error, and the end of the run with exit code 1. */
export const assertCall: Call = {
  arity: [2, 2],
  kind: 'action',
  check(checker, call) {
    const [condition, message] = call.arguments as readonly [Expression, Expression]
    checkTestable(checker, condition, checker.check(condition))
    const type = checker.check(message)
    if (type.unknown === true || isShowable(type)) return NOTHING
    return mistake(checker, { code: 'wrong-argument-type', span: message.span, message: 'assert() expects a message that can be printed' })
  },
  lower(lowering, call) {
    const { builder } = lowering
    const [condition, message] = call.arguments as readonly [Expression, Expression]
    const failed = builder.compare('eq', lowering.condition(condition), builder.constant('i1', 0))
    builder.when(failed, () => {
      const format: FormatString = 'format' in ASSERT_FORMAT ? ASSERT_FORMAT.format : []
      const place = messagePlace(lowering.source, call.span, 'error')
      lowering.send({ kind: 'message', severity: 'error', place, format }, [valueForRecord(lowering, message, 'message')])
      const code = integerValue(builder.i64(ASSERT_EXIT_CODE))
      lowering.send({ kind: 'exit' }, [{ name: 'code', type: INT32, value: code }])
      lowerEnd(lowering, builder.i64(0))
    })
    return NO_VALUE
  },
}
