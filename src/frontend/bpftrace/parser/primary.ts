/**
 * Parses primary expressions: literals, names, calls, variables, maps, parentheses and tuples. Constructs that are not
 * compiled yet are taken whole and become an `unsupported` node.
 */
import type { Span } from '../../../base/source-text.ts'
import type { Expression } from '../ast.ts'
import { blockValue, ifValue } from '../block-value.ts'
import { isBuiltinName } from '../builtin-names.ts'
import { SyntaxFailure } from '../syntax-error.ts'
import { definedName, type ExpressionParser } from './defined-name.ts'
import { parseOffsetof, parseSizeof } from './questions.ts'
import type { TokenStream } from './token-stream.ts'
import { parseTypeof } from './types.ts'

/** Parses one primary expression. */
export function parsePrimary(stream: TokenStream, expression: ExpressionParser): Expression {
  const token = stream.peek()
  const { span } = token
  switch (token.kind) {
    case 'integer':
      stream.next()
      return { kind: 'integer', value: token.value, span }
    case 'string':
      stream.next()
      return { kind: 'string', value: token.text, span }
    case 'positional':
      stream.next()
      return { kind: 'positional', index: token.index, span }
    case 'positional-count':
      stream.next()
      return { kind: 'positional-count', span }
    case 'variable':
      stream.next()
      return { kind: 'variable', name: token.text, span }
    case 'identifier':
      return parseName(stream, expression)
    case 'map':
      return parseMap(stream, expression)
    case 'keyword':
      return parseKeyword(stream, expression)
    case 'punctuation':
      if (token.text === '(') return parseParentheses(stream, expression)
      if (token.text === '{' && stream.grammar !== undefined) return blockValue(stream.grammar.parseBlock(stream))
      return stream.fail(`unexpected '${token.text}', expected an expression`)
    case 'end':
      return stream.fail('expected an expression')
  }
}

function parseName(stream: TokenStream, expression: ExpressionParser): Expression {
  const { text: name, span: nameSpan } = stream.next()
  const defined = definedName(stream, expression, { name, span: nameSpan })
  if (defined !== undefined) return defined
  if (!stream.accept('(')) return { kind: 'identifier', name, span: nameSpan }
  const args = parseList(stream, expression, ')')
  return { kind: 'call', name, nameSpan, arguments: args, span: stream.spanFrom(nameSpan.start) }
}

function parseMap(stream: TokenStream, expression: ExpressionParser): Expression {
  const { text: name, span } = stream.next()
  if (!stream.accept('[')) return { kind: 'map', name, span }
  const keyStart = stream.peek().span.start
  const keys = parseList(stream, expression, ']')
  const whole = stream.spanFrom(span.start)
  const [only] = keys
  if (only === undefined) return stream.fail('expected a map key')
  const key: Expression = keys.length === 1 ? only : { kind: 'tuple', items: keys, span: { start: keyStart, end: whole.end - 1 } }
  return { kind: 'map', name, key, span: whole }
}

/** Expressions between commas up to `close`, which is taken. */
function parseList(stream: TokenStream, expression: ExpressionParser, close: ')' | ']'): Expression[] {
  const items: Expression[] = []
  while (!stream.at(close)) {
    items.push(expression(stream))
    if (!stream.accept(',')) break
  }
  stream.expect(close)
  return items
}

function parseParentheses(stream: TokenStream, expression: ExpressionParser): Expression {
  const { span } = stream.next()
  if (isRecord(stream)) return parseRecord(stream, expression, span)
  if (stream.accept(')')) return { kind: 'tuple', items: [], span: stream.spanFrom(span.start) }
  const first = expression(stream)
  if (stream.accept(')')) return { ...first, span: stream.spanFrom(span.start) }
  stream.expect(',')
  const items = [first, ...parseList(stream, expression, ')')]
  return { kind: 'tuple', items, span: stream.spanFrom(span.start) }
}

function isRecord(stream: TokenStream): boolean {
  const { kind, text } = stream.peek()
  return kind === 'identifier' && !isBuiltinName(text) && stream.peekSecond().text === '='
}

/** Parses `name = value, ...)`. */
function parseRecord(stream: TokenStream, expression: ExpressionParser, { start }: Span): Expression {
  const names: string[] = []
  const items: Expression[] = []
  do {
    const { kind, text, span } = stream.peek()
    if (kind !== 'identifier') stream.fail('expected identifier')
    stream.next()
    stream.expect('=')
    items.push(expression(stream))
    if (names.includes(text)) throw new SyntaxFailure(stream.spanFrom(span.start), `Named argument list already contains name: ${text}`)
    names.push(text)
  } while (stream.accept(','))
  stream.expect(')')
  return { kind: 'tuple', names, items, span: stream.spanFrom(start) }
}

function parseKeyword(stream: TokenStream, expression: ExpressionParser): Expression {
  const { text, span } = stream.peek()
  if (text === 'true' || text === 'false') {
    stream.next()
    return { kind: 'boolean', value: text === 'true', span }
  }
  if (text === 'sizeof') return parseSizeof(stream, expression)
  if (text === 'offsetof') return parseOffsetof(stream, expression)
  if (text === 'typeof' || text === 'typeinfo') return { kind: text, of: parseTypeof(stream), span: stream.spanFrom(span.start) }
  if (text === 'config') {
    stream.next()
    return { kind: 'identifier', name: 'config', span }
  }
  if (text === 'if' && stream.grammar !== undefined) return ifValue(stream.grammar.parseIf(stream))
  return stream.fail(`unexpected '${text}', expected an expression`)
}
