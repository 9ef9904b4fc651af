/**
 * Parses types (section 1.10 of the language reference): `uint64`, `struct foo *`, `int32[4]*`.
 */
import type { TypeModifier, TypeNode, TypeOrExpression } from '../ast.ts'
import { isBuiltinName } from '../builtin-names.ts'
import { SyntaxFailure } from '../syntax-error.ts'
import { type ExpressionParser, isDefinedName } from './defined-name.ts'
import type { TokenStream } from './token-stream.ts'

const TAGS = ['struct', 'union', 'enum'] as const

/** Parses a type. */
export function parseType(stream: TokenStream): TypeNode {
  const start = stream.peek().span.start
  if (stream.at('typeof')) {
    const of = parseTypeof(stream)
    const modifiers = parseModifiers(stream)
    return { name: 'typeof', of, modifiers, span: stream.spanFrom(start) }
  }
  const name = parseName(stream)
  const modifiers = parseModifiers(stream)
  return { name, modifiers, span: stream.spanFrom(start) }
}

function parseName(stream: TokenStream): string {
  const tag = TAGS.find((keyword) => stream.accept(keyword) !== undefined)
  const token = stream.peek()
  if (token.kind !== 'identifier') stream.fail('expected a type')
  stream.next()
  return tag === undefined ? token.text : `${tag} ${token.text}`
}

function parseModifiers(stream: TokenStream): TypeModifier[] {
  const modifiers: TypeModifier[] = []
  for (;;) {
    if (stream.accept('*')) {
      modifiers.push({ kind: 'pointer' })
    } else if (stream.accept('[')) {
      const size = stream.peek()
      if (size.kind === 'integer') stream.next()
      stream.expect(']')
      modifiers.push(size.kind === 'integer' ? { kind: 'array', size: Number(size.value) } : { kind: 'array' })
    } else {
      return modifiers
    }
  }
}

/** Parses `typeof(...)`: what it is the type of. */
export function parseTypeof(stream: TokenStream): TypeOrExpression {
  stream.next()
  const { grammar } = stream
  if (grammar === undefined) return stream.fail("unexpected 'typeof'")
  stream.expect('(')
  const of = parseTypeOrExpression(stream, grammar.parseExpression)
  stream.expect(')')
  return of
}

/** A name by itself is a type, unless it is one of a builtin. */
export function parseTypeOrExpression(stream: TokenStream, expression: ExpressionParser): TypeOrExpression {
  const first = stream.peek()
  const { offset } = stream
  const isValue = isBuiltinName(first.text) || isDefinedName(stream, first.text)
  if (['struct', 'union', 'enum', 'typeof'].includes(first.text) || (first.kind === 'identifier' && !isValue)) {
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
