/**
 * Parses what may stand at the top level beside probes and is not compiled yet: C definitions, imports, macros, functions
 * and map declarations. Each is taken whole, so that the check can name it.
 */
import type { Unsupported } from '../ast.ts'
import type { Keyword } from '../token.ts'
import type { TokenStream } from './token-stream.ts'

/** Takes a top-level item that begins with a keyword; undefined when the next token begins no such item. */
export function skipTopLevelItem(stream: TokenStream): Unsupported | undefined {
  const token = stream.peek()
  if (token.kind !== 'keyword') return undefined
  const skip = ITEMS[token.text]
  if (skip === undefined) return undefined
  const feature = skip(stream)
  return { kind: 'unsupported', feature, span: stream.spanFrom(token.span.start) }
}

const ITEMS: Partial<Record<Keyword, (stream: TokenStream) => string>> = {
  import: (stream) => {
    stream.next()
    stream.next()
    stream.accept(';')
    return "'import'"
  },
  macro: (stream) => skipToBody(stream, 'a macro'),
  fn: (stream) => skipToBody(stream, "a function ('fn')"),
  let: skipMapDeclaration,
}

function skipToBody(stream: TokenStream, feature: string): string {
  while (!stream.at('{')) {
    if (stream.at('(')) stream.skipGroup()
    else if (stream.next().kind === 'end') stream.fail("expected '{'")
  }
  stream.skipGroup()
  return feature
}

function skipMapDeclaration(stream: TokenStream): string {
  stream.next()
  if (stream.peek().kind === 'variable') stream.fail('variables cannot be declared outside a probe')
  if (stream.peek().kind !== 'map') stream.fail('expected a map')
  stream.next()
  stream.expect('=')
  stream.next()
  if (stream.at('(')) stream.skipGroup()
  stream.accept(';')
  return 'a map declaration'
}
