/**
 * `nsecs` and `elapsed`: the boot clock. @kernel 5.8
 */
import { UINT64 } from '../../../spec/types/type.ts'
import { plain } from '../check/static-type.ts'
import { integerValue } from '../lower/value.ts'
import type { Builtin, BuiltinUse } from './builtin.ts'

/** The constant that the session sets to the boot clock at its start. */
const START_CONSTANT = 'start_ns'

/** `nsecs`, or the clock that its argument names. */
export const nsecs: Builtin = {
  check({ report }, use) {
    const mode = clockMode(use)
    if (mode !== undefined && !['boot', 'monotonic', 'tai'].includes(mode)) {
      report.notSupported(use.span, `nsecs(${mode})`, 'nsecs(boot), nsecs(monotonic) and nsecs(tai) are')
    }
    return plain(UINT64)
  },
  lower({ builder }, use) {
    const helpers = { boot: 'ktime_get_boot_ns', monotonic: 'ktime_get_ns', tai: 'ktime_get_tai_ns' } as const
    const mode = (clockMode(use) ?? 'boot') as keyof typeof helpers
    return integerValue(builder.call(helpers[mode], []))
  },
}

/** `elapsed`: nanoseconds of the boot clock since the session began. */
export const elapsed: Builtin = {
  check: () => plain(UINT64),
  lower: ({ builder }) => integerValue(builder.binary('sub', builder.call('ktime_get_boot_ns', []), builder.lateConstant(START_CONSTANT))),
}

function clockMode(use: BuiltinUse): string | undefined {
  const argument = use.kind === 'call' ? use.arguments[0] : undefined
  return argument === undefined ? undefined : argument.kind === 'identifier' ? argument.name : '?'
}
