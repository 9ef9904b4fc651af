/**
 * `pid` and `tid`: the ids of the current task, in the numbering of the tracer's PID namespace or of the initial one.
 */
import { currentTaskId, type TaskIdRequest } from '../../../compiler/lowering/current-task.ts'
import { UINT32 } from '../../../spec/types/type.ts'
import { type Checker, mistake } from '../check/checker.ts'
import { plain, type StaticType } from '../check/static-type.ts'
import { integerValue } from '../lower/value.ts'
import type { Builtin, BuiltinUse } from './builtin.ts'

/** `pid`, `pid(curr_ns)`, `pid(init)`: the process (thread group). */
export const pid = taskId('pid', 'process')
/** `tid`, `tid(curr_ns)`, `tid(init)`: the thread. */
export const tid = taskId('tid', 'thread')

/** The tracer's own PID namespace, and the initial one. */
const NAMESPACES: ReadonlySet<string> = new Set(['curr_ns', 'init'])

function taskId(name: string, id: TaskIdRequest['id']): Builtin {
  return {
    check: (checker, use) => checkNamespace(checker, use, name) ?? plain(UINT32),
    lower: ({ builder, pidNamespace }, use) =>
      integerValue(currentTaskId(builder, { id, namespace: namespaceOf(use) === 'init' ? undefined : pidNamespace })),
  }
}

function checkNamespace(checker: Checker, use: BuiltinUse, name: string): StaticType | undefined {
  const [namespace, ...more] = use.kind === 'call' ? use.arguments : []
  if (namespace === undefined) return undefined
  if (more.length > 0) {
    const message = `${name}() takes up to one argument (${more.length + 1} provided)`
    return mistake(checker, { code: 'wrong-argument-count', span: use.span, message })
  }
  if (namespace.kind !== 'identifier') {
    const message = `${name}() only supports curr_ns and init as the argument`
    return mistake(checker, { code: 'wrong-argument-type', span: use.span, message })
  }
  if (NAMESPACES.has(namespace.name)) return undefined
  const message = `Invalid PID namespace mode: ${namespace.name} (expects: curr_ns or init)`
  return mistake(checker, { code: 'wrong-argument-type', span: namespace.span, message })
}

function namespaceOf(use: BuiltinUse): string | undefined {
  const [namespace] = use.kind === 'call' ? use.arguments : []
  return namespace?.kind === 'identifier' ? namespace.name : undefined
}
