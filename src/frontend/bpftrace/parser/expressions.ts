/**
 * Parses expressions by precedence climbing (section 1.9 of the language reference). Operands are `operands.ts`; the two
 * meet through `ExpressionParser`, since operands hold expressions again.
 */
import { coverSpans } from '../../../base/source-text.ts'
import { PRECEDENCE } from '../../c/precedence.ts'
import type { BinaryOperator, Expression } from '../ast.ts'
import { skipSpace } from '../lexer.ts'
import { parseUnary } from './operands.ts'
import type { TokenStream } from './token-stream.ts'

const LEVEL_OF = new Map(PRECEDENCE.flatMap((operators, level) => operators.map((operator) => [operator as string, level] as const)))

/** Parses one expression. Throws `SyntaxFailure`. */
export function parseExpression(stream: TokenStream): Expression {
  const condition = parseBinary(stream, 0)
  if (stream.accept('?:')) return ternary(condition, undefined, parseExpression(stream))
  if (!stream.accept('?')) return condition
  if (stream.accept(':')) return ternary(condition, undefined, parseExpression(stream))
  const then = parseExpression(stream)
  stream.expect(':')
  return ternary(condition, then, parseExpression(stream))
}

function ternary(condition: Expression, then: Expression | undefined, otherwise: Expression): Expression {
  const span = coverSpans(condition.span, otherwise.span)
  return { kind: 'ternary', condition, otherwise, span, ...(then === undefined ? {} : { then }) }
}

function parseBinary(stream: TokenStream, minimum: number): Expression {
  let left = parseUnary(stream, parseExpression)
  for (;;) {
    const operator = operatorAhead(stream)
    const level = operator === undefined ? undefined : LEVEL_OF.get(operator)
    if (operator === undefined || level === undefined || level < minimum) return left
    stream.next()
    const right = parseBinary(stream, level + 1)
    left = { kind: 'binary', operator, left, right, span: coverSpans(left.span, right.span) }
  }
}

function operatorAhead(stream: TokenStream): BinaryOperator | undefined {
  const token = stream.peek()
  if (token.kind !== 'punctuation' || !LEVEL_OF.has(token.text)) return undefined
  // A `/` before a `{` closes a predicate.
  if (token.text === '/' && stream.text[skipSpace(stream.text, token.span.end)] === '{') return undefined
  return token.text as BinaryOperator
}
