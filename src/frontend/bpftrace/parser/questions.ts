/**
 * Parses `sizeof` and `offsetof`.
 */
import type { Expression, TypeOrExpression } from '../ast.ts'
import { isBuiltinName } from '../builtin-names.ts'
import { SyntaxFailure } from '../syntax-error.ts'
import { type ExpressionParser, isDefinedName } from './defined-name.ts'
import type { TokenStream } from './token-stream.ts'
import { parseType } from './types.ts'

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

/** A name by itself is a type, unless it is one of a builtin. */
function parseTypeOrExpression(stream: TokenStream, expression: ExpressionParser): TypeOrExpression {
  const first = stream.peek()
  const { offset } = stream
  const isValue = isBuiltinName(first.text) || isDefinedName(stream, first.text)
  if (['struct', 'union', 'enum'].includes(first.text) || (first.kind === 'identifier' && !isValue)) {
    try {
      const type = parseType(stream)
      if (stream.at(')') || stream.at(',')) return { type }
    } catch (error) {
      if (!(error instanceof SyntaxFailure)) throw error
    }
    stream.offset = offset
  }
  return { expression: expression(stream) }
}
