/**
 * Values that are known when a script is compiled, from its text and from the types in it: what `static_assert` can be given.
 */
import type { BinaryExpression, Expression } from '../ast.ts'
import { bareValue } from '../block-value.ts'
import { findCall } from '../calls/calls.ts'
import type { Checker } from './checker.ts'
import { COMPARISONS } from './comparisons.ts'
import { isTrue, type StaticValue } from './static-type.ts'

/** The value of an expression that has been checked; undefined when it is known only at run time. */
export function staticValueOf(checker: Checker, expression: Expression): StaticValue | undefined {
  const constant = checker.constantOf(expression)
  if (typeof constant === 'bigint' || typeof constant === 'string') return constant
  switch (expression.kind) {
    case 'boolean':
      return expression.value
    case 'block-value': {
      const value = bareValue(expression)
      return value === expression ? undefined : staticValueOf(checker, value)
    }
    case 'field':
      return checker.knownValueOf(expression)
    case 'comptime':
      return staticValueOf(checker, expression.operand)
    case 'call':
      return findCall(expression.name)?.knownValue?.(checker, expression)
    case 'unary': {
      const operand = staticValueOf(checker, expression.operand)
      return expression.operator === '!' && operand !== undefined ? !isTrue(operand) : undefined
    }
    case 'binary':
      return combine(expression, staticValueOf(checker, expression.left), staticValueOf(checker, expression.right))
    case 'ternary': {
      const condition = staticValueOf(checker, expression.condition)
      if (condition === undefined) return undefined
      return isTrue(condition)
        ? staticValueOf(checker, expression.then ?? expression.condition)
        : staticValueOf(checker, expression.otherwise)
    }
    default:
      return undefined
  }
}

function combine({ operator }: BinaryExpression, left: StaticValue | undefined, right: StaticValue | undefined): StaticValue | undefined {
  if (operator === '&&' || operator === '||') return combineTruths(operator, left, right)
  const compare = COMPARISONS[operator]
  if (compare === undefined || left === undefined || right === undefined) return undefined
  if (typeof left === 'string' || typeof right === 'string') return typeof left === typeof right ? compare(left, right) : undefined
  return compare(BigInt(left), BigInt(right))
}

/** One side that decides is enough. */
function combineTruths(operator: '&&' | '||', left: StaticValue | undefined, right: StaticValue | undefined): boolean | undefined {
  const decides = operator === '||'
  if ([left, right].some((side) => side !== undefined && isTrue(side) === decides)) return decides
  return left === undefined || right === undefined ? undefined : !decides
}
