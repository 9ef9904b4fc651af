/**
 * Values that are known from the text alone: literals, positional parameters, and arithmetic on them.
 */
import type { BinaryOperator, Expression } from '../ast.ts'
import { bareValue } from '../block-value.ts'
import { parseIntegerLiteral } from '../integer-literal.ts'
import type { StaticValue } from './static-type.ts'

/** A value known now, or why there is none although all parts are literals. */
export type ConstantResult = bigint | string | { readonly problem: string } | undefined

const LOWEST = -(1n << 63n)
const HIGHEST_SIGNED = (1n << 63n) - 1n
const HIGHEST = (1n << 64n) - 1n
const OVERFLOW = { problem: 'unable to fold literals due to overflow or underflow' }

/** What constants are made of beside literals. */
export interface KnownConstants {
  readonly parameters: readonly string[]
  /** What the check found a question about types to answer. */
  known(question: Expression): StaticValue | undefined
}

/** The value of an expression of literals; undefined for anything else. */
export function constantOf(expression: Expression, given: KnownConstants): ConstantResult {
  const { parameters } = given
  switch (expression.kind) {
    case 'integer':
    case 'string':
      return expression.value
    case 'positional':
      return parameterValue(parameters[expression.index - 1])
    case 'positional-count':
      return BigInt(parameters.length)
    case 'unary':
      return foldUnary(expression.operator, constantOf(expression.operand, given))
    case 'binary':
      return foldBinary(expression.operator, constantOf(expression.left, given), constantOf(expression.right, given))
    case 'block-value': {
      const value = bareValue(expression)
      return value === expression ? undefined : constantOf(value, given)
    }
    case 'comptime':
      return constantOf(expression.operand, given)
    case 'call':
    case 'field':
    case 'identifier':
    case 'sizeof':
    case 'offsetof': {
      const known = given.known(expression)
      return typeof known === 'boolean' ? undefined : known
    }
    default:
      return undefined
  }
}

/** `$N`: an integer when the text reads as one, else the text; 0 when there is none. */
function parameterValue(text: string | undefined): bigint | string {
  if (text === undefined) return 0n
  const match = /^(-?)((?:0b[01]+|[0-9]\w*))$/i.exec(text)
  if (match === null) return text
  const [, sign, digits = ''] = match
  const literal = /^0b/i.test(digits) ? { value: BigInt(digits) } : parseIntegerLiteral(digits)
  if ('problem' in literal) return text
  return sign === '-' ? -literal.value : literal.value
}

function foldUnary(operator: string, value: ConstantResult): ConstantResult {
  if (typeof value !== 'bigint') return typeof value === 'string' ? undefined : value
  if (operator === '-') return -value < LOWEST ? { problem: 'negative value will underflow' } : -value
  if (operator !== '~') return undefined
  return value < 0n ? ~value : BigInt.asUintN(64, ~value)
}

const FOLD: Partial<Record<BinaryOperator, (a: bigint, b: bigint) => bigint>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '&': (a, b) => a & b,
  '|': (a, b) => a | b,
  '^': (a, b) => a ^ b,
  '<<': (a, b) => (a < 0n ? BigInt.asIntN(64, a << b) : BigInt.asUintN(64, a << b)),
  '>>': (a, b) => a >> b,
}

function foldBinary(operator: BinaryOperator, left: ConstantResult, right: ConstantResult): ConstantResult {
  if (typeof left === 'object') return left
  if (typeof right === 'object') return right
  if (typeof left === 'string' || typeof right === 'string') return foldText(operator, left, right)
  const fold = FOLD[operator]
  if (typeof left !== 'bigint' || typeof right !== 'bigint') return undefined
  if (noTypeHolds(left, right)) return OVERFLOW
  if (fold === undefined) return undefined
  if (right === 0n && (operator === '/' || operator === '%')) return OVERFLOW
  if ((operator === '<<' || operator === '>>') && (right < 0n || right > 63n)) return OVERFLOW
  return inRange(fold(left, right))
}

/** A text and another behind it; a text and a number is what is left of it behind so many characters. */
function foldText(operator: BinaryOperator, left: ConstantResult, right: ConstantResult): ConstantResult {
  if (operator !== '+') return undefined
  if (typeof left === 'string' && typeof right === 'string') return left + right
  const [text, skipped] = typeof left === 'string' ? [left, right] : [right, left]
  return typeof text === 'string' && typeof skipped === 'bigint' && skipped >= 0n ? text.slice(Number(skipped)) : undefined
}

/** A negative literal has no common type with one that only uint64 holds. */
function noTypeHolds(left: bigint, right: bigint): boolean {
  return (left < 0n && right > HIGHEST_SIGNED) || (right < 0n && left > HIGHEST_SIGNED)
}

function inRange(value: bigint): ConstantResult {
  return value < LOWEST || value > HIGHEST ? OVERFLOW : value
}
