/**
 * Parses statements and blocks (section 1.8 of the language reference).
 */
import type { Span } from '../../../base/source-text.ts'
import type {
  AssignmentOperator,
  Block,
  Expression,
  ForStatement,
  IfStatement,
  MapExpression,
  Statement,
  VariableExpression,
} from '../ast.ts'
import { SyntaxFailure } from '../syntax-error.ts'
import type { Keyword } from '../token.ts'
import { parseExpression } from './expressions.ts'
import type { TokenStream } from './token-stream.ts'
import { parseType } from './types.ts'

const ASSIGNMENTS: readonly AssignmentOperator[] = ['=', '+=', '-=', '*=', '/=', '%=', '&=', '|=', '^=', '<<=', '>>=']

/** Statements that begin with a keyword, and whether a `;` follows them. */
const STATEMENTS: Partial<Record<Keyword, (stream: TokenStream) => Statement>> = {
  let: parseLet,
  if: parseIf,
  unroll: parseUnroll,
  while: parseWhile,
  for: parseFor,
  break: parseJump,
  continue: parseJump,
  return: parseReturn,
}
const JUMPS = ['break', 'continue', 'return']
const BLOCK_LIKE = ['if', 'unroll', 'while', 'for', 'block']

/** Parses `{ ... }`. */
export function parseBlock(stream: TokenStream): Block {
  const { span } = stream.expect('{')
  const statements: Statement[] = []
  while (!stream.at('}')) {
    if (stream.accept(';')) continue
    if (stream.peek().kind === 'end') throw new SyntaxFailure(span, "unmatched '{'")
    const statement = parseStatement(stream)
    const closed = stream.at(';')
    if (!BLOCK_LIKE.includes(statement.kind) && !stream.at('}')) stream.expect(';')
    statements.push(withEnd(statement, { closed, span: stream.spanFrom(statement.span.start) }))
  }
  stream.expect('}')
  return { statements, span: stream.spanFrom(span.start) }
}

/** Statements that are complained about with the `;` behind them, as in bpftrace. */
function withEnd(statement: Statement, end: { readonly closed: boolean; readonly span: Span }): Statement {
  if (statement.kind === 'expression') return { ...statement, ...end }
  return JUMPS.includes(statement.kind) ? { ...statement, span: end.span } : statement
}

function parseStatement(stream: TokenStream): Statement {
  const token = stream.peek()
  const parse = token.kind === 'keyword' ? STATEMENTS[token.text] : undefined
  if (parse !== undefined) return parse(stream)
  if (stream.at('{')) {
    const body = parseBlock(stream)
    return { kind: 'block', body, span: body.span }
  }
  if (token.kind === 'identifier' && token.text === '_' && stream.peekSecond().text === '=') return parseDiscard(stream)
  return parseExpressionOrAssignment(stream)
}

function parseExpressionOrAssignment(stream: TokenStream): Statement {
  const { start } = stream.peek().span
  const expression = parseExpression(stream)
  const { start: operatorStart } = stream.peek().span
  const operator = ASSIGNMENTS.find((mark) => stream.accept(mark) !== undefined)
  if (operator === undefined) return { kind: 'expression', expression, closed: false, span: expression.span }
  const target = assignable(expression)
  const value = parseExpression(stream)
  return { kind: 'assign', operator, operationSpan: stream.spanFrom(operatorStart), target, value, span: stream.spanFrom(start) }
}

function assignable(expression: Expression): VariableExpression | MapExpression {
  if (expression.kind === 'variable' || expression.kind === 'map') return expression
  if (expression.kind === 'field' || expression.kind === 'index') {
    throw new SyntaxFailure(expression.span, 'tuples, records and memory cannot be assigned to: only maps and variables can')
  }
  throw new SyntaxFailure(expression.span, 'only maps and variables can be assigned to')
}

function parseDiscard(stream: TokenStream): Statement {
  const { span } = stream.next()
  stream.expect('=')
  const value = parseExpression(stream)
  return { kind: 'discard', value, span: stream.spanFrom(span.start) }
}

function parseVariable(stream: TokenStream): VariableExpression {
  const token = stream.peek()
  if (token.kind !== 'variable') stream.fail('expected a variable')
  stream.next()
  return { kind: 'variable', name: token.text, span: token.span }
}

function parseLet(stream: TokenStream): Statement {
  const { span } = stream.next()
  const variable = parseVariable(stream)
  const type = stream.accept(':') ? parseType(stream) : undefined
  const value = stream.accept('=') ? parseExpression(stream) : undefined
  return {
    kind: 'let',
    variable,
    ...(type === undefined ? {} : { type }),
    ...(value === undefined ? {} : { value }),
    span: stream.spanFrom(span.start),
  }
}

/** Parses `if`, with what belongs to it. */
export function parseIf(stream: TokenStream): IfStatement {
  const { span } = stream.next()
  const condition = parseExpression(stream)
  const then = parseBlock(stream)
  if (!stream.accept('else')) return { kind: 'if', condition, then, span: stream.spanFrom(span.start) }
  const otherwise = stream.at('if') ? parseIf(stream) : parseBlock(stream)
  return { kind: 'if', condition, then, otherwise, span: stream.spanFrom(span.start) }
}

function parseUnroll(stream: TokenStream): Statement {
  const { span } = stream.next()
  const count = parseExpression(stream)
  const body = parseBlock(stream)
  return { kind: 'unroll', count, body, span: stream.spanFrom(span.start) }
}

function parseWhile(stream: TokenStream): Statement {
  const { span } = stream.next()
  const condition = parseExpression(stream)
  const body = parseBlock(stream)
  return { kind: 'while', condition, body, span: stream.spanFrom(span.start) }
}

function parseFor(stream: TokenStream): ForStatement {
  const { span } = stream.next()
  const parenthesis = stream.accept('(')
  const variable = parseVariable(stream)
  stream.expect(':')
  const over = parseExpression(stream)
  const end = stream.accept('..') ? parseExpression(stream) : undefined
  if (end === undefined && (over.kind !== 'map' || over.key !== undefined)) stream.fail('expected map or range in for loop')
  if (parenthesis !== undefined) stream.expect(')')
  const body = parseBlock(stream)
  return { kind: 'for', variable, over, ...(end === undefined ? {} : { end }), body, span: stream.spanFrom(span.start) }
}

function parseJump(stream: TokenStream): Statement {
  const token = stream.next()
  return { kind: token.text as 'break' | 'continue', span: token.span }
}

function parseReturn(stream: TokenStream): Statement {
  const { span } = stream.next()
  if (stream.at(';') || stream.at('}')) return { kind: 'return', span }
  const value = parseExpression(stream)
  return { kind: 'return', value, span: stream.spanFrom(span.start) }
}
