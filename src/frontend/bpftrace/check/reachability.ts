/**
 * Warns of statements that cannot be reached, because what stands before them ends the probe, or a round
 * of a loop.
 */
import type { Block, Statement } from '../ast.ts'
import type { Report } from '../report.ts'

/** Whose block it is: bpftrace takes the last expression without `;` of a nested block for the block's value. */
export type BlockOwner = 'probe' | 'statement'

/** Warns once behind each statement that nothing comes behind. */
export function warnOfUnreachable(report: Report, { statements, span }: Block, owner: BlockOwner): void {
  for (const [index, behind] of statements.entries()) {
    const before = statements[index - 1]
    if (before === undefined || !endsPath(before)) continue
    const isValue = behind.kind === 'expression' && !behind.closed
    if (isValue && owner === 'statement') {
      report.warning({ code: 'unreachable', span: behind.span, message: 'Unreachable expression; block type is implicitly none.' })
    } else {
      report.warning({ code: 'unreachable', span: isValue ? span : behind.span, message: 'Unreachable statement.' })
    }
  }
}

/** True when nothing behind a statement can be reached: it ends the probe, or a round of a loop. */
export function endsPath(statement: Statement): boolean {
  switch (statement.kind) {
    case 'return':
    case 'break':
    case 'continue':
      return true
    case 'expression':
      return statement.expression.kind === 'call' && statement.expression.name === 'exit'
    case 'unroll':
      return statement.body.statements.some(endsPath)
    case 'block': {
      const last = statement.body.statements.at(-1)
      return last !== undefined && endsPath(last)
    }
    case 'if': {
      const { then, otherwise } = statement
      if (otherwise === undefined || !then.statements.some(endsPath)) return false
      return 'kind' in otherwise ? endsPath(otherwise) : otherwise.statements.some(endsPath)
    }
    default:
      return false
  }
}
