/**
 * Parses `sizeof` and `offsetof`.
 */
import type { Expression } from '../ast.ts'
import type { ExpressionParser } from './defined-name.ts'
import type { TokenStream } from './token-stream.ts'
import { parseTypeOrExpression } from './types.ts'

/** Parses `sizeof(...)`. */
export function parseSizeof(stream: TokenStream, expression: ExpressionParser): Expression {
  const { span } = stream.next()
  stream.expect('(')
  const of = parseTypeOrExpression(stream, expression)
  stream.expect(')')
  return { kind: 'sizeof', of, span: stream.spanFrom(span.start) }
}

/** Parses `offsetof(..., a.b)`. */
export function parseOffsetof(stream: TokenStream, expression: ExpressionParser): Expression {
  const { span } = stream.next()
  stream.expect('(')
  const of = parseTypeOrExpression(stream, expression)
  stream.expect(',')
  const path = []
  do {
    const name = stream.peek()
    if (name.kind !== 'identifier' && name.kind !== 'keyword') stream.fail('expected a field name')
    stream.next()
    path.push({ name: name.text, span: name.span })
  } while (stream.accept('.'))
  stream.expect(')')
  return { kind: 'offsetof', of, path, span: stream.spanFrom(span.start) }
}
