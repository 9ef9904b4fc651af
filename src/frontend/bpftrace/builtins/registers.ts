/**
 * Builtins that read the registers of the probed program: `arg0`, ..., `retval`, and `func`, the probed function.
 */
import { GO_ARGUMENTS, PT_REGS, RESULT, SYSV_ARGUMENTS } from '../../../compiler/lowering/registers.ts'
import { FUNCTION, UINT64 } from '../../../spec/types/type.ts'
import { mistake } from '../check/checker.ts'
import { plain } from '../check/static-type.ts'
import { integerValue } from '../lower/value.ts'
import type { ProbeContext } from '../probes/probe-kind.ts'
import type { Builtin } from './builtin.ts'

/** `argN`. Go functions take their arguments in other registers than C functions. */
export function argument(index: number): Builtin {
  return {
    check(checker, { span }) {
      const { context } = checker.unit
      if (context.provider !== 'uprobe') {
        const message = `The arg${index} builtin can only be used with 'kprobes', 'uprobes' and 'usdt' probes`
        return mistake(checker, { code: 'wrong-probe', span, message })
      }
      if (argumentRegisters(context)[index] === undefined) {
        return mistake(checker, { code: 'no-such-argument', span, message: `x86_64 doesn't support arg${index}` })
      }
      return plain(UINT64)
    },
    lower({ builder, unit }) {
      const register = argumentRegisters(unit.context)[index] ?? 'di'
      return integerValue(builder.load('i64', builder.context, PT_REGS[register]))
    },
  }
}

function argumentRegisters(context: ProbeContext): readonly (keyof typeof PT_REGS)[] {
  return context.uprobe?.isGo === true ? GO_ARGUMENTS : SYSV_ARGUMENTS
}

/** `retval`: the first integer result, as uint64. */
export const retval: Builtin = {
  check(checker, { span }) {
    const { provider } = checker.unit.context
    if (provider === 'uretprobe') return plain(UINT64)
    const hint = provider === 'tracepoint' ? 'Use args.ret instead' : undefined
    const message = "The retval builtin can only be used with 'kretprobe' and 'uretprobe' and 'fentry' probes"
    return mistake(checker, { code: 'wrong-probe', span, message, hint })
  },
  lower: ({ builder }) => integerValue(builder.load('i64', builder.context, PT_REGS[RESULT])),
}

/** `func`: the probed function, known by its attach cookie. @kernel 5.15 */
export const func: Builtin = {
  check(checker, { span }) {
    const { provider, uprobe } = checker.unit.context
    if (uprobe !== undefined) return plain(FUNCTION)
    const shown = provider === 'begin' || provider === 'end' ? 'special' : provider
    return mistake(checker, { code: 'wrong-probe', span, message: `The func builtin can not be used with '${shown}' probes` })
  },
  lower({ builder, unit }) {
    const [only, ...others] = unit.context.uprobe?.sites ?? []
    if (only !== undefined && others.length === 0) return integerValue(builder.i64(only.cookie))
    return integerValue(builder.call('get_attach_cookie', [builder.context]))
  },
}
