/**
 * Jumps that would leave a macro: a macro is a value, and comes back with it.
 */
import { isNode, type Node, partsOfNode } from '../ast-node.ts'
import type { Report } from '../report.ts'
import type { MacroDefinition } from '../script-ast.ts'

/** Complains about every `return`, and about `break` and `continue` outside the loops of the macro. */
export function complainOfJumps({ body }: MacroDefinition, report: Report): void {
  for (const statement of body.statements) visit(statement, false)

  function visit(node: Node, inLoop: boolean): void {
    const { kind, span } = node
    if (kind === 'return' || ((kind === 'break' || kind === 'continue') && !inLoop))
      report.error({ code: 'jump-out-of-macro', span, message: `'${kind}' statement is not allowed in a macro` })
    const loops = inLoop || kind === 'while' || kind === 'for' || kind === 'unroll'
    for (const part of partsOfNode(node)) if (isNode(part)) visit(part, loops)
  }
}
