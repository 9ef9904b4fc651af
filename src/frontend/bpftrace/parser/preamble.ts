/**
 * Parses what may stand at the top level beside probes and is not compiled yet: C definitions, imports, macros, functions
 * and map declarations. Each is taken whole, so that the check can name it.
 */
import type { Unsupported } from '../ast.ts'
import type { Keyword } from '../token.ts'
import type { TokenStream } from './token-stream.ts'

/** Takes a preprocessor line, with its continuation lines. */
export function skipPreprocessorLine(stream: TokenStream): Unsupported {
  const start = stream.offset
  const length = /^#(?:[^\n\\]|\\[\s\S])*/.exec(stream.text.slice(start))?.[0].length ?? 1
  stream.offset = start + length
  const directive = /^#\s*\w*/.exec(stream.text.slice(start))?.[0].replace(/\s/g, '') ?? '#'
  return { kind: 'unsupported', feature: `the C preprocessor ('${directive}')`, span: stream.spanFrom(start) }
}

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
  struct: skipDefinition,
  union: skipDefinition,
  enum: skipDefinition,
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

function skipDefinition(stream: TokenStream): string {
  const keyword = stream.peek().text
  skipToBody(stream, '')
  while (stream.peek().text === '__attribute__') {
    stream.next()
    if (stream.at('(')) stream.skipGroup()
  }
  stream.accept(';')
  return `a C ${keyword} definition`
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
