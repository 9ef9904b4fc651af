/**
 * `strftime(format, nanoseconds)`: a time of the boot clock (or of TAI) as wall clock text when it is shown.
 */
import type { CallExpression, Expression } from '../ast.ts'
import { type Checker, mistake } from '../check/checker.ts'
import { plain, type StaticType } from '../check/static-type.ts'
import { storedLater } from '../lower/value.ts'
import type { Call } from './call.ts'

/** `strftime(format, nanoseconds)`. */
export const strftime: Call = {
  arity: [2, 2],
  kind: 'value',
  check(checker, call) {
    const [format, time] = call.arguments as readonly [Expression, Expression]
    const type = checker.check(time)
    if (format.kind !== 'string') {
      const provided = checker.check(format).type.kind
      const message = `strftime() expects a string literal (${provided} provided)`
      return mistake(checker, { code: 'literal-expected', span: format.span, message })
    }
    return (
      checkTime(checker, { call, time, type }) ??
      plain({ kind: 'rendered', as: { form: 'timestamp', clock: clockOf(time), format: format.value } })
    )
  },
  lower: (lowering, call) => storedLater(lowering, lowering.integer(call.arguments[1] as Expression)),
}

function checkTime(
  checker: Checker,
  { call, time, type }: { readonly call: CallExpression; readonly time: Expression; readonly type: StaticType },
): StaticType | undefined {
  if (type.unknown !== true && type.type.kind !== 'int') {
    const message = `strftime() only supports int arguments (${type.type.kind} provided)`
    return mistake(checker, { code: 'wrong-argument-type', span: time.span, message })
  }
  const constant = checker.constantOf(time)
  if (typeof constant === 'bigint' && constant < 0n) {
    return mistake(checker, { code: 'out-of-range', span: call.span, message: 'strftime() does not accept negative timestamps' })
  }
  if (clockArgument(time) !== 'monotonic') return undefined
  return mistake(checker, { code: 'wrong-argument-type', span: call.span, message: 'strftime() can not take a monotonic timestamp' })
}

function clockOf(time: Expression): 'boot' | 'tai' {
  return /^(?:sw_)?tai$/.test(clockArgument(time) ?? '') ? 'tai' : 'boot'
}

function clockArgument(time: Expression): string | undefined {
  if (time.kind !== 'call' || time.name !== 'nsecs') return undefined
  const [mode] = time.arguments
  return mode?.kind === 'identifier' ? mode.name : undefined
}
