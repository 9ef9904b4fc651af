/**
 * Checks operators by the integer rules of section 8.1 of the language reference.
 */
import { INT64, nameOf, type Type, UINT64 } from '../../../spec/types/type.ts'
import type { BinaryExpression, Expression, TernaryExpression, UnaryExpression } from '../ast.ts'
import { type Checker, mistake } from './checker.ts'
import { placeOf, warnOfImplicitCast } from './implicit-cast.ts'
import { valueIn } from './program-values.ts'
import { sameType } from './same-type.ts'
import {
  BOOLEAN,
  describeType,
  isIntegerLike,
  isTestable,
  isTrue,
  literalType,
  plain,
  promote,
  type StaticType,
  UNKNOWN,
  unify,
} from './static-type.ts'

const COMPARISONS = ['==', '!=', '<', '<=', '>', '>=']
/** What yields a truth value whatever it is given. */
const TRUTHS = [...COMPARISONS, '&&', '||']

/** The type of an expression whose value is known from the text; undefined when it is not, complains when it overflows. */
export function checkConstant(checker: Checker, expression: Expression): StaticType | undefined {
  const constant = checker.constantOf(expression)
  if (constant === undefined) return undefined
  if (expression.kind === 'integer' && expression.type !== undefined) return { type: expression.type, flexible: expression.value >= 0n }
  if (typeof constant === 'bigint') return literalType(constant)
  if (typeof constant === 'string') return plain({ kind: 'string', size: constant.length + 1 })
  return mistake(checker, { code: 'literal-overflow', span: expression.span, message: constant.problem })
}

/** Checks `left operator right`. */
export function checkBinary(checker: Checker, expression: BinaryExpression): StaticType {
  const left = checker.check(expression.left)
  const right = checker.check(expression.right)
  if (left.unknown === true || right.unknown === true) return TRUTHS.includes(expression.operator) ? BOOLEAN : UNKNOWN
  const folded = checkConstant(checker, expression)
  if (folded !== undefined) {
    warnOfNoText(checker, expression)
    return folded
  }
  if (expression.operator === '&&' || expression.operator === '||') return checkLogical(checker, expression, { left, right })
  if (COMPARISONS.includes(expression.operator)) return checkComparison(checker, expression, { left, right })
  return checkArithmetic(checker, expression, { left, right })
}

/** Nothing is left of a text behind more characters than it has. */
function warnOfNoText(checker: Checker, { left, right, span }: BinaryExpression): void {
  const sides = [checker.constantOf(left), checker.constantOf(right)]
  const [text, skipped] = typeof sides[0] === 'string' ? sides : sides.toReversed()
  if (typeof text !== 'string' || typeof skipped !== 'bigint' || skipped < BigInt(text.length)) return
  checker.report.warning({ code: 'no-text', span, message: 'literal string will always be empty' })
}

interface Sides {
  readonly left: StaticType
  readonly right: StaticType
}

/** Both sides are turned into `to` before they are combined. */
function warnOfSides(checker: Checker, expression: BinaryExpression, sides: Sides, to: StaticType | undefined): void {
  for (const side of ['left', 'right'] as const) warnOfImplicitCast(checker, expression[side], { from: sides[side], to: to?.type })
}

function checkLogical(checker: Checker, expression: BinaryExpression, { left, right }: Sides): StaticType {
  for (const [side, type] of [[expression.left, left] as const, [expression.right, right] as const]) checkTestable(checker, side, type)
  warnOfSides(checker, expression, { left, right }, promote(left, right))
  return BOOLEAN
}

/** Complains unless a value can be a condition. */
export function checkTestable(checker: Checker, expression: Expression, type: StaticType): void {
  if (isTestable(type) || checker.constantOf(expression) !== undefined) return
  const message = `Invalid condition: a value of type '${describeType(type)}' cannot be tested`
  checker.report.error({ code: 'bad-condition', span: expression.span, message })
}

function checkComparison(checker: Checker, expression: BinaryExpression, sides: Sides): StaticType {
  const { left, right } = sides
  const kinds: readonly Type['kind'][] = [left.type.kind, right.type.kind]
  const equality = expression.operator === '==' || expression.operator === '!='
  if (isTestable(left) && isTestable(right)) {
    warnOfSides(checker, expression, sides, promote(left, right))
    warnOfPointers(checker, expression, sides)
    return BOOLEAN
  }
  if (equality && kinds[0] === kinds[1] && (kinds[0] === 'string' || kinds[0] === 'function')) return BOOLEAN
  if (equality && areEqualArrays(left.type, right.type)) return BOOLEAN
  if (equality && kinds[0] === 'tuple' && kinds[1] === 'tuple') return BOOLEAN
  if (equality && kinds[0] === 'struct' && sameType(left.type, right.type)) return BOOLEAN
  if (areLiteralStrings(checker, expression)) return BOOLEAN
  badOperands(checker, expression, sides)
  return BOOLEAN
}

/** Arrays of as many integers of the same size. */
function areEqualArrays(left: Type, right: Type): boolean {
  if (left.kind !== 'array' || right.kind !== 'array') return false
  const [a, b] = [left.element, right.element]
  return left.count === right.count && a.kind === 'int' && b.kind === 'int' && a.size === b.size
}

/** Their order is known while the script is compiled, that of other texts is not asked. */
function areLiteralStrings(checker: Checker, { left, right }: BinaryExpression): boolean {
  return typeof checker.constantOf(left) === 'string' && typeof checker.constantOf(right) === 'string'
}

function checkArithmetic(checker: Checker, expression: BinaryExpression, sides: Sides): StaticType {
  const { left, right } = sides
  const { operator } = expression
  if (left.type.kind === 'pointer' || right.type.kind === 'pointer') return checkPointer(checker, expression, sides)
  if (!isIntegerLike(left) || !isIntegerLike(right)) return badOperands(checker, expression, sides)
  if ((operator === '/' || operator === '%') && checker.constantOf(expression.right) === 0n) {
    return mistake(checker, {
      code: 'division-by-zero',
      span: expression.right.span,
      message: `${operator === '/' ? 'division' : 'modulo'} by zero`,
    })
  }
  warnOfSignedDivision(checker, expression, sides)
  const result = plain(operator === '-' || makesSigned(left, right) ? INT64 : UINT64)
  warnOfSides(checker, expression, sides, result)
  return result
}

function warnOfPointers({ report }: Checker, expression: BinaryExpression, sides: Sides): void {
  const [left, right] = [pointeeName(sides.left), pointeeName(sides.right)]
  if (left === undefined || right === undefined || left === right) return
  const code = 'distinct-pointers'
  report.warning({ code, span: placeOf(expression), message: `comparison of distinct pointer types: ${left}, ${right}` })
  report.warning({ code, span: expression.left.span, message: `left (${left})` })
  report.warning({ code, span: expression.right.span, message: `right (${right})` })
}

function pointeeName({ type }: StaticType): string | undefined {
  if (type.kind !== 'pointer') return undefined
  return type.to === undefined ? 'void' : nameOf(type.to)
}

/** True when a side makes a result signed: a literal without sign only does beside another. */
function makesSigned(left: StaticType, right: StaticType): boolean {
  return isSigned(left) || isSigned(right) || (left.flexible === true && right.flexible === true)
}

function isSigned(value: StaticType): boolean {
  return value.type.kind === 'int' && value.type.signed && value.flexible !== true
}

function warnOfSignedDivision(checker: Checker, { operator, span }: BinaryExpression, { left, right }: Sides): void {
  if (operator !== '/' && operator !== '%') return
  if (left.type.kind !== 'int' || right.type.kind !== 'int' || !(isSigned(left) || isSigned(right))) return
  if (left.type.signed === right.type.signed && left.type.size === right.type.size) return
  const message = `signed operands for '${operator}' can lead to undefined behavior (cast to unsigned to silence warning)`
  checker.report.warning({ code: 'signed-division', span, message })
}

function checkPointer(checker: Checker, expression: BinaryExpression, sides: Sides): StaticType {
  const { left, right } = sides
  const { operator } = expression
  const pointer = left.type.kind === 'pointer' ? left : right
  const other = pointer === left ? right : left
  const possible = operator === '+' || (operator === '-' && pointer === left)
  return possible && isIntegerLike(other) ? plain(pointer.type) : badOperands(checker, expression, sides)
}

function badOperands(checker: Checker, { operator, span }: BinaryExpression, { left, right }: Sides): StaticType {
  const [first, second] = [describeType(left), describeType(right)]
  const isArithmetic = !COMPARISONS.includes(operator) && (left.type.kind === 'pointer' || right.type.kind === 'pointer')
  const message =
    left.type.kind === right.type.kind || (isArithmetic && (isIntegerLike(left) || isIntegerLike(right)))
      ? `The ${operator} operator can not be used on expressions of types ${first}, ${second}`
      : `Type mismatch for '${operator}': comparing ${first} with ${second}`
  return mistake(checker, { code: 'bad-operands', span, message })
}

/** Checks a prefix operator. */
export function checkUnary(checker: Checker, expression: UnaryExpression): StaticType {
  if (expression.operator === '&' && expression.operand.kind === 'map') return addressOfMap(checker, expression)
  const operand = checker.check(expression.operand)
  const folded = checkConstant(checker, expression)
  if (folded !== undefined) return folded
  if (operand.unknown === true) return expression.operator === '!' ? BOOLEAN : UNKNOWN
  switch (expression.operator) {
    case '!':
      if (operand.type.kind === 'string') return badOperand(checker, expression, operand)
      checkTestable(checker, expression.operand, operand)
      return BOOLEAN
    case '-':
    case '~':
      if (operand.type.kind !== 'int') return badOperand(checker, expression, operand)
      // An unsigned operand keeps its type and wraps in it.
      return operand.type.signed ? plain(INT64) : plain(operand.type)
    case '*':
      return checkDereference(checker, expression, operand)
    case '&':
      return plain({ kind: 'pointer', to: operand.type, space: 'kernel' })
  }
}

/** A map is an object of the kernel; what its entries are does not matter. */
function addressOfMap({ report, symbols }: Checker, { operand, span }: UnaryExpression): StaticType {
  const name = operand.kind === 'map' ? operand.name : ''
  if (!symbols.maps.has(name)) report.error({ code: 'undefined-map', span, message: `Undefined map: ${name}` })
  return plain({ kind: 'pointer', space: 'kernel' })
}

function badOperand(checker: Checker, { operator, span }: UnaryExpression, operand: StaticType): StaticType {
  const message = `The ${operator} operator can not be used on expressions of type '${describeType(operand)}'`
  return mistake(checker, { code: 'bad-operands', span, message })
}

function checkDereference(checker: Checker, expression: UnaryExpression, operand: StaticType): StaticType {
  const { type } = operand
  if (type.kind === 'pointer' && type.to === undefined) {
    return mistake(checker, {
      code: 'bad-dereference',
      span: expression.span,
      message: `Can not dereference pointer of type '${nameOf(type)}'`,
    })
  }
  if (type.kind === 'pointer') return valueIn(checker, type.to as Type, type.space)
  if (isIntegerLike(operand)) return plain(UINT64)
  const message = `Can not dereference expression of type '${describeType(operand)}'`
  return mistake(checker, { code: 'bad-dereference', span: expression.span, message })
}

/** Checks `c ? a : b` and `a ?: b`. */
export function checkTernary(checker: Checker, expression: TernaryExpression): StaticType {
  const condition = checker.check(expression.condition)
  checkTestable(checker, expression.condition, condition)
  if (expression.condition.kind === 'comptime') return checkDecided(checker, expression) ?? UNKNOWN
  const then = expression.then === undefined ? condition : checker.check(expression.then)
  const otherwise = checker.check(expression.otherwise)
  // One branch says what the whole is: the other may be a map that is assigned to from it.
  const merged = unify(withoutAggregation(then), withoutAggregation(otherwise))
  if (merged !== undefined) {
    if (expression.then !== undefined) warnOfImplicitCast(checker, expression.then, { from: then, to: merged.type })
    warnOfImplicitCast(checker, expression.otherwise, { from: otherwise, to: merged.type })
    return merged
  }
  const decided = checkDecided(checker, expression)
  if (decided !== undefined) return decided
  const message = `Branches must return the same type or compatible types: have '${describeType(then)}' and '${describeType(otherwise)}'`
  return mistake(checker, { code: 'branch-mismatch', span: expression.span, message })
}

/** Of a choice that is known now, one way alone counts; by `comptime` the other is not even looked at. */
function checkDecided(checker: Checker, expression: TernaryExpression): StaticType | undefined {
  const { condition, then = condition, otherwise } = expression
  const value = checker.staticValueOf(condition)
  if (value === undefined) return undefined
  checker.decide(expression, isTrue(value))
  return withoutAggregation(checker.check(isTrue(value) ? then : otherwise))
}

function withoutAggregation(type: StaticType): StaticType {
  return type.aggregation === undefined ? type : plain(type.type)
}
