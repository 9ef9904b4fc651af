/**
 * Parses the block `config = { key = value; ... }`. Which keys there are is `config.ts` of the folder above.
 */
import type { ConfigEntry } from '../script-ast.ts'
import type { TokenStream } from './token-stream.ts'

/** Parses the block, from the word `config` on. */
export function parseConfig(stream: TokenStream): ConfigEntry[] {
  stream.expect('config')
  stream.expect('=')
  stream.expect('{')
  const entries: ConfigEntry[] = []
  while (!stream.at('}')) {
    if (stream.accept(';')) continue
    entries.push(parseEntry(stream))
    if (!stream.at('}')) stream.expect(';')
  }
  stream.expect('}')
  stream.accept(';')
  return entries
}

function parseEntry(stream: TokenStream): ConfigEntry {
  const key = stream.peek()
  if (key.kind !== 'identifier') stream.fail('expected the name of a configuration option')
  stream.next()
  stream.expect('=')
  const token = stream.peek()
  const value = parseValue(stream)
  return { key: key.text, value, valueSpan: token.span, span: stream.spanFrom(key.span.start) }
}

function parseValue(stream: TokenStream): string | bigint | boolean {
  const token = stream.peek()
  switch (token.kind) {
    case 'integer':
      stream.next()
      return token.value
    case 'string':
    case 'identifier':
      stream.next()
      return token.text
    case 'keyword':
      if (token.text !== 'true' && token.text !== 'false') break
      stream.next()
      return token.text === 'true'
  }
  return stream.fail('expected a string, an integer, true or false')
}
