/**
 * `reg("name")`: a register of what the probe interrupted.
 */
import { PT_REGS, type RegisterName } from '../../../compiler/lowering/registers.ts'
import { UINT64 } from '../../../spec/types/type.ts'
import type { CallExpression } from '../ast.ts'
import { mistake } from '../check/checker.ts'
import { plain } from '../check/static-type.ts'
import { integerValue } from '../lower/value.ts'
import { hasRegisters } from '../probes/probe-kind.ts'
import type { Call } from './call.ts'

/** `reg("name")`. */
export const reg: Call = {
  arity: [1, 1],
  kind: 'value',
  check(checker, call) {
    const [name] = call.arguments
    if (name?.kind !== 'string') {
      const message = `reg() expects a string literal (${name === undefined ? 'none' : checker.check(name).type.kind} provided)`
      return mistake(checker, { code: 'literal-expected', span: name?.span ?? call.span, message })
    }
    const { context } = checker.unit
    if (!hasRegisters(context)) {
      return mistake(checker, { code: 'wrong-probe', span: call.span, message: `reg can not be used with "${context.provider}" probes` })
    }
    if (registerOf(call) !== undefined) return plain(UINT64)
    const message = `'${name.value}' is not a valid register on this architecture (x86_64)`
    return mistake(checker, { code: 'no-such-register', span: call.span, message, hint: `one of ${Object.keys(PT_REGS).join(', ')}` })
  },
  lower: ({ builder }, call) => integerValue(builder.load('i64', builder.context, PT_REGS[registerOf(call) ?? 'ip'])),
}

function registerOf({ arguments: [name] }: CallExpression): RegisterName | undefined {
  if (name?.kind !== 'string') return undefined
  const wanted = name.value === 'pc' ? 'ip' : name.value
  return Object.hasOwn(PT_REGS, wanted) ? (wanted as RegisterName) : undefined
}
