/**
 * `ctx`: what the kernel hands to the program, as the kernel describes it.
 */
import type { ProgramType } from '../../../spec/program-spec.ts'
import { type Checker, mistake } from '../check/checker.ts'
import { plain, type StaticType } from '../check/static-type.ts'
import { integerValue } from '../lower/value.ts'
import { hasRegisters } from '../probes/probe-kind.ts'
import type { Builtin, BuiltinUse } from './builtin.ts'

/** A pointer: to the registers (`struct pt_regs`), for events of perf_event_open(2) to a `struct bpf_perf_event_data`. */
export const ctx: Builtin = {
  check(checker, { span }) {
    const { context } = checker.unit
    if (context.provider === 'tracepoint')
      return mistake(checker, { code: 'wrong-probe', span, message: 'Use args instead of ctx in tracepoint' })
    const isRun = ['begin', 'end', 'test', 'self'].includes(context.provider)
    if ((!hasRegisters(context) && context.iterated === undefined) || isRun) {
      const message = `The ctx builtin can not be used with '${context.provider}' probes`
      return mistake(checker, { code: 'wrong-probe', span, message })
    }
    return contextType(checker)
  },
  lower: ({ builder }) => integerValue(builder.addressOf(builder.context)),
}

function contextType({ options, unit }: Checker): StaticType {
  const name = unit.context.iterated ?? registersOf(unit.context.programType)
  const to = options.typeSource.kernelTypes?.()?.findType(name)
  return plain({ kind: 'pointer', ...(to === undefined ? {} : { to }), space: 'kernel' })
}

function registersOf(programType: ProgramType): string {
  return programType === 'perf_event' ? 'struct bpf_perf_event_data' : 'struct pt_regs'
}

/** True for `ctx` itself, whose members are read from the context. */
export function isContext(use: BuiltinUse | { readonly kind: string }): boolean {
  return (use.kind === 'identifier' || use.kind === 'call') && 'name' in use && use.name === 'ctx'
}
