/**
 * Warns where an integer is turned into a type that cannot hold all of its values without the script asking for it, as
 * bpftrace does. Literals are exempt: what they hold is known.
 */
import { coverSpans, type Span } from '../../../base/source-text.ts'
import { fieldIndex, nameOf, type Type } from '../../../spec/types/type.ts'
import type { Expression } from '../ast.ts'
import type { Checker } from './checker.ts'
import type { StaticType } from './static-type.ts'

/** A value of type `from` that is wanted as type `to`. `span`: what to point at instead of the expression. */
export interface ImplicitCast {
  readonly from: StaticType
  readonly to: Type | undefined
  readonly span?: Span
}

/** Warns when the value of `expression` may change on its way to the type that is wanted. */
export function warnOfImplicitCast(checker: Checker, expression: Expression, { from, to, span }: ImplicitCast): void {
  if (from.unknown === true || from.aggregation !== undefined || to === undefined) return
  if (to.kind === 'tuple') {
    warnOfItems(checker, expression, { from, to })
    return
  }
  if (holdsAll(to, from.type) || from.flexible === true || checker.constantOf(expression) !== undefined) return
  const [found, wanted] = [nameOf(from.type), nameOf(to)]
  const message = `Expression of type: ${found} being cast to type: ${wanted}. This may cause unexpected results. Use an explicit cast to suppress this warning.`
  checker.report.warning({ code: 'implicit-cast', span: span ?? placeOf(expression), message })
}

function warnOfItems(
  checker: Checker,
  expression: Expression,
  { from, to }: { from: StaticType; to: Extract<Type, { kind: 'tuple' }> },
): void {
  if (from.type.kind !== 'tuple') return
  for (const [index, type] of from.type.fields.entries()) {
    const item = expression.kind === 'tuple' ? expression.items[index] : expression
    if (item !== undefined) warnOfImplicitCast(checker, item, { from: { type }, to: to.fields[fieldIndex(from.type, index, to)] })
  }
}

/** True unless both are integers and some value of `from` is none of `to`. */
function holdsAll(to: Type, from: Type): boolean {
  if (to.kind !== 'int' || from.kind !== 'int') return true
  if (to.signed === from.signed) return to.size >= from.size
  return to.signed && to.size > from.size
}

/** Where a diagnostic points for an expression: at the type of a cast, and within parentheses around an operator. */
export function placeOf(expression: Expression): Span {
  if (expression.kind === 'cast') return expression.typeSpan
  return expression.kind === 'binary' ? coverSpans(expression.left.span, expression.right.span) : expression.span
}
