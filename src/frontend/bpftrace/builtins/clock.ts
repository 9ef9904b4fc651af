/**
 * `nsecs` and `elapsed`: the boot clock, and other clocks by name. @kernel 5.8
 */
import { InternalError } from '../../../base/errors.ts'
import type { FunctionBuilder } from '../../../compiler/ir/builder.ts'
import type { Operand } from '../../../compiler/ir/ir.ts'
import { TAI_AHEAD_CONSTANT } from '../../../spec/map-spec.ts'
import { UINT64 } from '../../../spec/types/type.ts'
import type { Expression } from '../ast.ts'
import { type Checker, mistake } from '../check/checker.ts'
import { plain, type StaticType } from '../check/static-type.ts'
import { integerValue } from '../lower/value.ts'
import type { Builtin, BuiltinUse } from './builtin.ts'

/** The constant that the session sets to the boot clock at its start. */
const START_CONSTANT = 'start_ns'

/** What each name of a clock stands for. `sw_tai` is TAI by the offset that user space measured. */
const CLOCKS: Readonly<Record<string, (builder: FunctionBuilder) => Operand>> = {
  boot: (builder) => builder.call('ktime_get_boot_ns', []),
  monotonic: (builder) => builder.call('ktime_get_ns', []),
  tai: (builder) => builder.call('ktime_get_tai_ns', []),
  sw_tai: (builder) => builder.binary('add', builder.call('ktime_get_boot_ns', []), builder.lateConstant(TAI_AHEAD_CONSTANT)),
}

/** `nsecs`, or the clock that its argument names. */
export const nsecs: Builtin = {
  check: (checker, use) => checkClock(checker, use) ?? plain(UINT64),
  lower({ builder }, use) {
    const [clock] = argumentsOf(use)
    const read = CLOCKS[clock?.kind === 'identifier' ? clock.name : 'boot']
    if (read === undefined) throw new InternalError('an unknown clock reached the lowering')
    return integerValue(read(builder))
  },
}

/** `elapsed`: nanoseconds of the boot clock since the session began. */
export const elapsed: Builtin = {
  check: () => plain(UINT64),
  lower: ({ builder }) => integerValue(builder.binary('sub', builder.call('ktime_get_boot_ns', []), builder.lateConstant(START_CONSTANT))),
}

function checkClock(checker: Checker, use: BuiltinUse): StaticType | undefined {
  const [clock, ...more] = argumentsOf(use)
  if (clock === undefined) return undefined
  if (more.length > 0) {
    const message = `nsecs() takes up to one argument (${more.length + 1} provided)`
    return mistake(checker, { code: 'wrong-argument-count', span: use.span, message })
  }
  if (clock.kind !== 'identifier') {
    const message = `nsecs() only supports timestamp_mode arguments (${checker.check(clock).type.kind} provided)`
    return mistake(checker, { code: 'wrong-argument-type', span: use.span, message })
  }
  if (Object.hasOwn(CLOCKS, clock.name)) return undefined
  const hint = `one of ${Object.keys(CLOCKS).join(', ')}`
  return mistake(checker, { code: 'wrong-argument-type', span: clock.span, message: `Invalid timestamp mode: ${clock.name}`, hint })
}

function argumentsOf(use: BuiltinUse): readonly Expression[] {
  return use.kind === 'call' ? use.arguments : []
}
