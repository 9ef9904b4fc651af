/**
 * Parses types (section 1.10 of the language reference): `uint64`, `struct foo *`, `int32[4]*`.
 */
import type { TypeModifier, TypeNode } from '../ast.ts'
import type { TokenStream } from './token-stream.ts'

const TAGS = ['struct', 'union', 'enum'] as const

/** Parses a type. */
export function parseType(stream: TokenStream): TypeNode {
  const start = stream.peek().span.start
  const name = parseName(stream)
  const modifiers = parseModifiers(stream)
  return { name, modifiers, span: stream.spanFrom(start) }
}

function parseName(stream: TokenStream): string {
  const tag = TAGS.find((keyword) => stream.accept(keyword) !== undefined)
  const token = stream.peek()
  if (token.text === 'typeof') stream.fail("'typeof' as a type is not supported yet")
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
