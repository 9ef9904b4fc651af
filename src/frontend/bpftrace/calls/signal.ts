/**
 * `signal(n)` and `signal_thread(n)`: sends a signal to the process, or the thread, that hit the probe. @kernel 5.3
 */
import { LAST_SIGNAL, signalNumber } from '../../../spec/signal-numbers.ts'
import type { Expression } from '../ast.ts'
import { type Checker, mistake } from '../check/checker.ts'
import { isIntegerLike, NOTHING, type StaticType } from '../check/static-type.ts'
import { NO_VALUE } from '../lower/value.ts'
import type { ProviderName } from '../probes/probe-kind.ts'
import type { Call } from './call.ts'
import { checkAllowed } from './unsafe.ts'

/** `signal(n)`: to the process. */
export const signal = signalCall('send_signal')
/** `signal_thread(n)`: to the thread alone. @kernel 5.5 */
export const signalThread = signalCall('send_signal_thread')

/** Providers whose task is the one that acts. */
const OF_A_TASK: ReadonlySet<ProviderName> = new Set(['uprobe', 'uretprobe', 'usdt', 'tracepoint', 'rawtracepoint', 'profile'])

function signalCall(helper: 'send_signal' | 'send_signal_thread'): Call {
  return {
    arity: [1, 1],
    kind: 'action',
    check(checker, call) {
      const [which] = call.arguments as readonly [Expression]
      const { provider } = checker.unit.context
      checkAllowed(checker, call)
      if (!OF_A_TASK.has(provider)) {
        const type = provider === 'begin' || provider === 'end' ? 'special' : provider
        const message = `${call.name}() can not be used for this probetype ${type}`
        return mistake(checker, { code: 'wrong-probe', span: call.span, message })
      }
      return checkSignal(checker, which, call.name)
    },
    lower(lowering, call) {
      const [which] = call.arguments as readonly [Expression]
      const { builder } = lowering
      const number = which.kind === 'string' ? builder.i64(signalNumber(which.value) ?? 0) : lowering.integer(which)
      builder.call(helper, [number])
      return NO_VALUE
    },
  }
}

function checkSignal(checker: Checker, which: Expression, name: string): StaticType {
  const type = checker.check(which)
  const problem = (message: string) => mistake(checker, { code: 'bad-signal', span: which.span, message })
  if (which.kind === 'string')
    return signalNumber(which.value) === undefined ? problem(`Invalid string for signal: ${which.value}`) : NOTHING
  if (!isIntegerLike(type)) return problem(`${name}() accepts a string literal or an integer`)
  const constant = checker.constantOf(which)
  if (typeof constant !== 'bigint' || (constant >= 1n && constant <= BigInt(LAST_SIGNAL))) return NOTHING
  return problem(`${name}() accepts a string literal or an integer between 1 and ${LAST_SIGNAL} (inclusive)`)
}
