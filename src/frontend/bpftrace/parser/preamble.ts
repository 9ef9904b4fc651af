/**
 * Parses what may stand at the top level beside probes and is not compiled yet: imports and functions. Each is taken
 * whole, so that the check can name it.
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
  fn: (stream) => skipToBody(stream, "a function ('fn')"),
}

function skipToBody(stream: TokenStream, feature: string): string {
  while (!stream.at('{')) {
    if (stream.at('(')) stream.skipGroup()
    else if (stream.next().kind === 'end') stream.fail("expected '{'")
  }
  stream.skipGroup()
  return feature
}
