/**
 * Parses `macro name($v, @m, e) { ... }` at the top level.
 */
import { isBuiltinName } from '../builtin-names.ts'
import type { MacroDefinition, MacroParameter } from '../script-ast.ts'
import { parseBlock } from './statements.ts'
import type { TokenStream } from './token-stream.ts'

/** Parses a macro, from `macro` on. */
export function parseMacro(stream: TokenStream): MacroDefinition {
  const { span } = stream.next()
  const name = stream.peek()
  if (name.kind !== 'identifier') stream.fail('expected a name for the macro')
  stream.next()
  const headSpan = stream.spanFrom(span.start)
  const parameters = parseParameters(stream)
  const body = parseBlock(stream)
  return { name: name.text, parameters, body, headSpan, span: stream.spanFrom(span.start) }
}

function parseParameters(stream: TokenStream): MacroParameter[] {
  stream.expect('(')
  const parameters: MacroParameter[] = []
  if (stream.accept(')')) return parameters
  do parameters.push(parseParameter(stream))
  while (stream.accept(','))
  stream.expect(')')
  return parameters
}

const KINDS = { variable: 'variable', map: 'map', identifier: 'expression' } as const

function parseParameter(stream: TokenStream): MacroParameter {
  const { kind, text, span } = stream.peek()
  if (kind !== 'variable' && kind !== 'map' && kind !== 'identifier')
    return stream.fail('expected macro argument ($var, @map, or identifier)')
  if (kind === 'identifier' && isBuiltinName(text)) return stream.fail(`builtin '${text}' can't be used as a macro argument`)
  stream.next()
  return { kind: KINDS[kind], name: text, span }
}
