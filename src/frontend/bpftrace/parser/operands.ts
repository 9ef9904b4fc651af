/**
 * Parses prefix operators, casts, postfix operators and primary expressions.
 */
import { coverSpans } from '../../../base/source-text.ts'
import type { Expression, MapExpression, UnaryOperator, VariableExpression } from '../ast.ts'
import { isBuiltinName } from '../builtin-names.ts'
import { SyntaxFailure } from '../syntax-error.ts'
import type { Token } from '../token.ts'
import { type ExpressionParser, isDefinedName } from './defined-name.ts'
import { parsePrimary } from './primary.ts'
import type { TokenStream } from './token-stream.ts'
import { parseType } from './types.ts'

const PREFIX: readonly UnaryOperator[] = ['-', '!', '~', '*', '&']
const OPERAND_MARKS = ['(', '-', '!', '~', '*', '&', '++', '--']

/** Parses an operand with its prefix and postfix operators. */
export function parseUnary(stream: TokenStream, expression: ExpressionParser): Expression {
  const { span } = stream.peek()
  for (const operator of ['++', '--'] as const) {
    if (!stream.accept(operator)) continue
    const target = incrementable(parseUnary(stream, expression))
    return { kind: 'increment', operator, position: 'prefix', target, span: stream.spanFrom(span.start) }
  }
  if (stream.accept('comptime')) {
    const operand = parseUnary(stream, expression)
    return { kind: 'comptime', operand, span: stream.spanFrom(span.start) }
  }
  const operator = PREFIX.find((mark) => stream.accept(mark) !== undefined)
  if (operator === '&') {
    const { kind } = stream.peek()
    if (kind !== 'variable' && kind !== 'map') stream.fail('address-of operator (&) can only be used on a map or variable')
    return unary(operator, namedByItself(stream), span.start)
  }
  if (operator !== undefined) return unary(operator, parseUnary(stream, expression), span.start)
  return parseCast(stream, expression) ?? parsePostfix(stream, expression)
}

/** A variable or a map without a key. */
function namedByItself(stream: TokenStream): VariableExpression | MapExpression {
  const { kind, text, span } = stream.next()
  return kind === 'map' ? { kind, name: text, span } : { kind: 'variable', name: text, span }
}

/** A minus sign is folded into the literal behind it, so that its type is the one of the negative number. */
function unary(operator: UnaryOperator, operand: Expression, start: number): Expression {
  const span = { start, end: operand.span.end }
  if (operator === '-' && operand.kind === 'integer' && operand.value >= 0n && operand.value <= 1n << 63n) {
    return { kind: 'integer', value: -operand.value, span }
  }
  return { kind: 'unary', operator, operand, span }
}

function parseCast(stream: TokenStream, expression: ExpressionParser): Expression | undefined {
  if (!stream.at('(')) return undefined
  const start = stream.offset
  const open = stream.next()
  const type = typeInParentheses(stream)
  if (type === undefined) {
    stream.offset = start
    return undefined
  }
  const typeSpan = stream.spanFrom(open.span.start)
  const operand = parseUnary(stream, expression)
  return { kind: 'cast', type, typeSpan, operand, span: { start: open.span.start, end: operand.span.end } }
}

function typeInParentheses(stream: TokenStream) {
  const first = stream.peek()
  if (first.kind === 'identifier' && (isBuiltinName(first.text) || isDefinedName(stream, first.text))) return undefined
  try {
    const type = parseType(stream)
    return stream.accept(')') && startsOperand(stream.peek()) ? type : undefined
  } catch (error) {
    if (error instanceof SyntaxFailure) return undefined
    throw error
  }
}

function startsOperand(token: Token): boolean {
  if (token.kind === 'punctuation') return OPERAND_MARKS.includes(token.text)
  if (token.kind === 'keyword') return ['true', 'false', 'sizeof', 'offsetof'].includes(token.text)
  return token.kind !== 'end'
}

function parsePostfix(stream: TokenStream, expression: ExpressionParser): Expression {
  let operand = parsePrimary(stream, expression)
  for (;;) {
    const { start } = operand.span
    if (stream.accept('.') ?? stream.accept('->')) {
      const name = stream.peek()
      if (name.kind !== 'identifier' && name.kind !== 'integer' && name.kind !== 'keyword') stream.fail('expected a field name')
      stream.next()
      operand = { kind: 'field', operand, name: name.text, nameSpan: name.span, span: coverSpans(operand.span, name.span) }
    } else if (stream.accept('[')) {
      const index = expression(stream)
      stream.expect(']')
      operand = { kind: 'index', operand, index, span: stream.spanFrom(start) }
    } else if (stream.at('++') || stream.at('--')) {
      const target = incrementable(operand)
      const operator = stream.next().text as '++' | '--'
      return { kind: 'increment', operator, position: 'postfix', target, span: stream.spanFrom(start) }
    } else {
      return operand
    }
  }
}

function incrementable(expression: Expression): VariableExpression | MapExpression {
  if (expression.kind === 'variable' || expression.kind === 'map') return expression
  throw new SyntaxFailure(expression.span, "'++' and '--' need a map or a variable")
}
