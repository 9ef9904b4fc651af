/**
 * Functions that change what is traced, or run commands: only with `--unsafe`.
 */
import type { CallExpression } from '../ast.ts'
import type { Checker } from '../check/checker.ts'

/** Complains, in the words of bpftrace, unless such functions are allowed. */
export function checkAllowed(checker: Checker, call: CallExpression): void {
  if (checker.options.config.allowUnsafe) return
  const message = `${call.name}() is an unsafe function being used in safe mode`
  checker.report.error({ code: 'unsafe-function', span: call.span, message, hint: 'allow it with --unsafe' })
}
