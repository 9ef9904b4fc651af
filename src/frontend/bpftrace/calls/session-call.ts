/**
 * `exit`, `time` and `unwatch`: requests to the session.
 */
import { INT32, UINT64 } from '../../../spec/types/type.ts'
import type { Expression } from '../ast.ts'
import { mistake } from '../check/checker.ts'
import { isIntegerLike, NOTHING } from '../check/static-type.ts'
import { lowerEnd } from '../lower/loops.ts'
import { integerValue, NO_VALUE } from '../lower/value.ts'
import type { Call } from './call.ts'

const DEFAULT_TIME_FORMAT = '%H:%M:%S\n'

/** `exit([code])`: ends the run, and this probe at once. */
export const exit: Call = {
  arity: [0, 1],
  kind: 'action',
  check(checker, call) {
    const [code] = call.arguments
    if (code === undefined) return NOTHING
    const type = checker.check(code)
    if (type.unknown !== true && type.type.kind !== 'int') {
      return mistake(checker, {
        code: 'wrong-argument-type',
        span: code.span,
        message: `exit() only supports int arguments (${type.type.kind} provided)`,
      })
    }
    return NOTHING
  },
  lower(lowering, call) {
    const { builder } = lowering
    const [code] = call.arguments
    const operand = code === undefined ? builder.i64(0) : lowering.integer(code)
    lowering.send({ kind: 'exit' }, [{ name: 'code', type: INT32, value: integerValue(operand) }])
    lowerEnd(lowering, builder.i64(0))
    return NO_VALUE
  },
}

/** `time([format])`: the wall-clock time when the session comes to it. */
export const time: Call = {
  arity: [0, 1],
  kind: 'action',
  check(checker, call) {
    const [format] = call.arguments
    if (format === undefined) return NOTHING
    const type = checker.check(format)
    if (format.kind === 'string' || type.unknown === true) return NOTHING
    const message = `time() expects a string literal (${type.type.kind} provided)`
    return mistake(checker, { code: 'wrong-argument-type', span: format.span, message })
  },
  lower(lowering, call) {
    const [format] = call.arguments
    const text = format?.kind === 'string' ? format.value : DEFAULT_TIME_FORMAT
    lowering.send({ kind: 'time', format: text }, [])
    return NO_VALUE
  },
}

/** `unwatch(address)`: detaches the watchpoints of an address. */
export const unwatch: Call = {
  arity: [1, 1],
  kind: 'action',
  check(checker, call) {
    const [address] = call.arguments as readonly [Expression]
    const type = checker.check(address)
    if (type.unknown === true || isIntegerLike(type)) return NOTHING
    const message = `unwatch() only supports int arguments (${type.type.kind} provided)`
    return mistake(checker, { code: 'wrong-argument-type', span: call.span, message })
  },
  lower(lowering, call) {
    const [address] = call.arguments as readonly [Expression]
    lowering.send({ kind: 'unwatch' }, [{ name: 'address', type: UINT64, value: integerValue(lowering.integer(address)) }])
    return NO_VALUE
  },
}
