/**
 * `cgroup_path(id[, pattern])`: a cgroup's directory in each hierarchy whose name matches, looked up when it is shown.
 */
import type { Expression } from '../ast.ts'
import { mistake } from '../check/checker.ts'
import { isIntegerLike, plain } from '../check/static-type.ts'
import { storedLater } from '../lower/value.ts'
import type { Call } from './call.ts'

/** `cgroup_path(id[, pattern])`. */
export const cgroupPath: Call = {
  arity: [1, 2],
  kind: 'value',
  check(checker, call) {
    const [id, pattern] = call.arguments as readonly [Expression, Expression | undefined]
    const type = checker.check(id)
    if (!isIntegerLike(type)) {
      const message = `cgroup_path() only supports int arguments (${type.type.kind} provided)`
      return mistake(checker, { code: 'wrong-argument-type', span: id.span, message })
    }
    if (pattern !== undefined && pattern.kind !== 'string') {
      const message = `cgroup_path() expects a string literal (${checker.check(pattern).type.kind} provided)`
      return mistake(checker, { code: 'literal-expected', span: pattern.span, message })
    }
    return plain({ kind: 'rendered', as: { form: 'cgroup-path', pattern: pattern?.kind === 'string' ? pattern.value : '*' } })
  },
  lower: (lowering, call) => storedLater(lowering, lowering.integer(call.arguments[0] as Expression)),
}
