/**
 * Builtins that read the registers of the probed program: `arg0`, ..., `retval`, and `func`, the probed function.
 */
import type { Operand } from '../../../compiler/ir/ir.ts'
import { GO_ARGUMENTS, PT_REGS, RESULT, SYSV_ARGUMENTS } from '../../../compiler/lowering/registers.ts'
import { FUNCTION, INT64, UINT64 } from '../../../spec/types/type.ts'
import { mistake } from '../check/checker.ts'
import { knownResults } from '../check/located.ts'
import { checkFirstResult } from '../check/program-results.ts'
import { plain } from '../check/static-type.ts'
import type { Lowering } from '../lower/lowering.ts'
import { readAt } from '../lower/memory.ts'
import { lowerLocated } from '../lower/program-values.ts'
import { lowerUsdtArgument } from '../lower/usdt-argument.ts'
import { integerValue } from '../lower/value.ts'
import type { ProbeContext } from '../probes/probe-kind.ts'
import type { Builtin } from './builtin.ts'

/** Words that the context of a raw tracepoint has (MAX_BPF_FUNC_ARGS). */
const MOST_PARAMETERS = 12

/** `argN`. Go functions take their arguments in other registers than C functions. */
export function argument(index: number): Builtin {
  return {
    check(checker, { span }) {
      const { context } = checker.unit
      if (context.provider === 'usdt') return plain(INT64)
      if (context.parameters !== undefined && index < MOST_PARAMETERS) return plain(UINT64)
      if (context.provider !== 'uprobe') {
        const message = `The arg${index} builtin can only be used with 'kprobes', 'uprobes' and 'usdt' probes`
        return mistake(checker, { code: 'wrong-probe', span, message })
      }
      if (argumentRegisters(context)[index] === undefined) {
        return mistake(checker, { code: 'no-such-argument', span, message: `x86_64 doesn't support arg${index}` })
      }
      return plain(UINT64)
    },
    lower(lowering) {
      const { builder, unit } = lowering
      if (unit.context.parameters !== undefined) return integerValue(builder.load('i64', builder.context, 8 * index))
      if (unit.context.usdt !== undefined) return integerValue(lowerUsdtArgument(lowering, unit.context.usdt.arguments[index]))
      const register = argumentRegisters(unit.context)[index] ?? 'di'
      return integerValue(builder.load('i64', builder.context, PT_REGS[register]))
    },
  }
}

function argumentRegisters(context: ProbeContext): readonly (keyof typeof PT_REGS)[] {
  return context.uprobe?.isGo === true ? GO_ARGUMENTS : SYSV_ARGUMENTS
}

/** `sargN`: the N-th 8 bytes of the arguments on the stack, which is where functions of Go in assembly have them, and results behind. */
export function stackArgument(index: number): Builtin {
  return {
    check(checker, { span }) {
      const { provider, uprobe } = checker.unit.context
      if (provider === 'uprobe' || (provider === 'uretprobe' && uprobe?.isGo === true)) return plain(UINT64)
      const message = `The sarg${index} builtin can only be used with 'uprobes', and with 'uretprobes' of Go programs`
      return mistake(checker, { code: 'wrong-probe', span, message })
    },
    lower(lowering) {
      const { builder } = lowering
      const sp = builder.load('i64', builder.context, PT_REGS.sp)
      // Above the return address.
      return readAt(lowering, builder.binary('add', sp, builder.i64(8 * (index + 1))), { type: UINT64, space: 'user' })
    },
  }
}

/** `retval`: the first result, by its type where debug information has it (Go), else the register of the first integer result. */
export const retval: Builtin = {
  check(checker, use) {
    const { span } = use
    const { provider, uprobe } = checker.unit.context
    const known = knownResults(checker)
    if (known !== undefined && !known.function.endsWith('.abi0')) return checkFirstResult(checker, use, known)
    if (provider === 'uretprobe' && uprobe?.go?.abi === 'stack') {
      const message = 'retval of a program of Go before 1.17 is on the stack, where only debug information could find it'
      return mistake(checker, { code: 'no-result', span, message })
    }
    const assembly = uprobe?.isGo === true ? uprobe.sites.find(({ symbol }) => symbol.endsWith('.abi0')) : undefined
    if (provider === 'uretprobe' && assembly !== undefined) {
      const message = `retval of ${assembly.symbol} is on the stack: it is written in assembly`
      const hint = 'arguments and behind them results are sarg0, sarg1, ...: 8 bytes each, of which small values share one'
      return mistake(checker, { code: 'no-result', span, message, hint })
    }
    if (provider === 'uretprobe') return plain(UINT64)
    const hint = provider === 'tracepoint' ? 'Use args.ret instead' : undefined
    const message = "The retval builtin can only be used with 'kretprobe' and 'uretprobe' and 'fentry' probes"
    return mistake(checker, { code: 'wrong-probe', span, message, hint })
  },
  lower: (lowering, use) => {
    const { builder } = lowering
    return knownResults(lowering) === undefined
      ? integerValue(builder.load('i64', builder.context, PT_REGS[RESULT]))
      : lowerLocated(lowering, use)
  },
}

/** `func`: the probed function, known by its attach cookie. @kernel 5.15 */
export const func: Builtin = {
  check(checker, { span }) {
    const { provider, uprobe } = checker.unit.context
    if (uprobe !== undefined && provider !== 'usdt') return plain(FUNCTION)
    const shown = provider === 'begin' || provider === 'end' ? 'special' : provider
    return mistake(checker, { code: 'wrong-probe', span, message: `The func builtin can not be used with '${shown}' probes` })
  },
  lower: (lowering) => integerValue(probedFunction(lowering)),
}

/** The cookie of the probed function: a constant where the program has but one. */
export function probedFunction({ builder, unit }: Lowering): Operand {
  const [first, ...others] = unit.context.uprobe?.sites ?? []
  if (first !== undefined && others.every(({ cookie }) => cookie === first.cookie)) return builder.i64(first.cookie)
  return builder.call('get_attach_cookie', [builder.context])
}
