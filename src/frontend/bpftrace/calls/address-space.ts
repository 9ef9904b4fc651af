/**
 * `kptr(p)` and `uptr(p)`: the same pointer, into the memory of the kernel or of the process.
 */
import type { Expression } from '../ast.ts'
import { mistake } from '../check/checker.ts'
import { integerValue } from '../lower/value.ts'
import type { Call } from './call.ts'

/** `kptr(p)`. */
export const kptr = inSpace('kernel')
/** `uptr(p)`. */
export const uptr = inSpace('user')

function inSpace(space: 'kernel' | 'user'): Call {
  return {
    arity: [1, 1],
    kind: 'value',
    check(checker, call) {
      const value = checker.check(call.arguments[0] as Expression)
      if (value.type.kind === 'pointer') return { ...value, type: { ...value.type, space } }
      if (value.unknown === true) return value
      if (value.type.kind === 'int') return { ...value, space }
      const message = `${call.name}() only supports integer or pointer arguments (${value.type.kind} provided)`
      return mistake(checker, { code: 'wrong-argument-type', span: call.span, message })
    },
    lower: (lowering, call) => integerValue(lowering.integer(call.arguments[0] as Expression)),
  }
}
