/**
 * Parses `let @name = kind(entries);` at the top level. Which kinds there are is for the check to say.
 */
import type { MapDeclaration } from '../script-ast.ts'
import type { TokenStream } from './token-stream.ts'

/** Parses a declaration, from `let` on. */
export function parseMapDeclaration(stream: TokenStream): MapDeclaration {
  const { span } = stream.next()
  const map = stream.peek()
  if (map.kind === 'variable') stream.fail('variables cannot be declared outside a probe')
  if (map.kind !== 'map') stream.fail('expected a map')
  stream.next()
  stream.expect('=')
  const kind = stream.peek()
  if (kind.kind !== 'identifier') stream.fail('expected a map type')
  stream.next()
  stream.expect('(')
  const entries = stream.peek()
  if (entries.kind !== 'integer') return stream.fail('expected positive integer for map declaration max entries')
  stream.next()
  stream.expect(')')
  const whole = stream.spanFrom(span.start)
  stream.accept(';')
  return { name: map.text, kind: kind.text, maxEntries: entries.value, span: whole }
}
