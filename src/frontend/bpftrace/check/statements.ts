/**
 * Checks statements: declarations, assignments, branches, jumps.
 */
import { assertNever } from '../../../base/assert.ts'
import type {
  AssignStatement,
  BinaryOperator,
  Block,
  BlockExpression,
  Expression,
  ExpressionStatement,
  IfStatement,
  LetStatement,
  Statement,
  TypeNode,
  UnrollStatement,
  VariableExpression,
} from '../ast.ts'
import { bareValue, partsOf } from '../block-value.ts'
import { checkAggregation, isAggregation } from '../calls/aggregations.ts'
import { findCall } from '../calls/calls.ts'
import { warnOfImplicitCast } from './implicit-cast.ts'
import { checkFor, checkJump, checkWhile } from './loops.ts'
import { assignAggregation, assignToMap, checkKey } from './maps.ts'
import { checkTestable } from './operators.ts'
import { checkWhole, valueIn } from './program-values.ts'
import { type BlockOwner, endsPath, warnOfUnreachable } from './reachability.ts'
import type { StatementChecker } from './statement-checker.ts'
import { describeType, isTrue, NOTHING, type StaticType, withoutObject } from './static-type.ts'
import { findType } from './type-names.ts'
import { learnVariable } from './variables.ts'

const MOST_UNROLLED = 100n

/** Checks the statements of a block in a scope of their own. */
export function checkBlock(checker: StatementChecker, block: Block, owner: BlockOwner = 'statement'): void {
  checker.scopes.within(() => {
    for (const statement of block.statements) checkStatement(checker, statement)
    warnOfUnreachable(checker.report, block, owner)
  })
}

/** Checks the statements of a block that is a value; behind one that ends the path there is none. */
export function checkBlockValue(checker: StatementChecker, { body }: BlockExpression): StaticType {
  const { before, value } = partsOf(body)
  let type = NOTHING
  checker.scopes.within(() => {
    for (const statement of before) checkStatement(checker, statement)
    const isReached = !before.some(endsPath)
    if (value !== undefined && isReached) type = checker.check(value)
    else for (const statement of body.statements.slice(before.length)) checkStatement(checker, statement)
    warnOfUnreachable(checker.report, body, 'statement')
  })
  return type
}

function checkStatement(checker: StatementChecker, statement: Statement): void {
  switch (statement.kind) {
    case 'expression':
      checkExpressionStatement(checker, statement)
      return
    case 'discard':
      checker.check(statement.value)
      return
    case 'let':
      checkLet(checker, statement)
      return
    case 'assign':
      checkAssign(checker, statement)
      return
    case 'if':
      checkIf(checker, statement)
      return
    case 'unroll':
      checkUnroll(checker, statement)
      return
    case 'block':
      checkBlock(checker, statement.body)
      return
    case 'return':
      checkReturn(checker, statement.value)
      return
    case 'while':
      checkWhile(checker, statement, (body) => checkBlock(checker, body))
      return
    case 'for':
      checkFor(checker, statement, (body) => checkBlock(checker, body))
      return
    case 'break':
    case 'continue':
      checkJump(checker, statement)
      return
    default:
      assertNever(statement, 'statement')
      return
  }
}

function checkExpressionStatement(checker: StatementChecker, { expression, span }: ExpressionStatement): void {
  const type = checker.check(expression)
  const discards = expression.kind === 'call' ? findCall(expression.name)?.kind !== 'action' : true
  if (type.unknown === true || expression.kind === 'increment' || !discards || isNothing(type)) return
  // As bpftrace does: with the `;`, unless the statement begins as an assignment would.
  const place = /[$@]/.test(checker.report.source.text.charAt(span.start)) ? expression.span : span
  checker.report.warning({ code: 'value-discarded', span: place, message: 'Return value discarded.' })
}

function isNothing({ type, aggregation }: StaticType): boolean {
  return type.kind === 'none' && aggregation === undefined
}

function checkReturn(checker: StatementChecker, value: Expression | undefined): void {
  if (value === undefined) return
  const type = checker.check(value)
  if (type.unknown === true || type.type.kind === 'int') return
  const message = `A probe can only return an integer, not a value of type '${describeType(type)}'`
  checker.report.error({ code: 'bad-return', span: value.span, message })
}

function checkLet(checker: StatementChecker, statement: LetStatement): void {
  const declared = statement.type === undefined ? undefined : declaredType(checker, statement.type)
  const value = statement.value === undefined ? undefined : checker.check(statement.value)
  const span = { ...statement.span, end: statement.variable.span.end }
  const origin = { kind: 'declaration', span } as const
  const symbol = checker.scopes.declare(statement.variable, origin, declared)
  checker.check(statement.variable)
  if (statement.value === undefined || value === undefined) {
    checker.scopes.expectAssignment(symbol, origin.span)
    return
  }
  learnVariable(checker, statement.variable, { symbol, value, expression: statement.value, span: statement.span })
}

function declaredType(checker: StatementChecker, node: TypeNode): StaticType | undefined {
  const type = findType(checker, node)
  return type === undefined ? undefined : withoutObject(checkWhole(checker, node.span, valueIn(checker, type)))
}

function checkAssign(checker: StatementChecker, statement: AssignStatement): void {
  const { target, span } = statement
  if (target.kind === 'variable') {
    assignVariable(checker, statement, target)
    return
  }
  const value = bareValue(statement.value)
  if (statement.operator === '=' && value.kind === 'call' && isAggregation(value.name)) {
    const aggregation = checkAggregation(checker, value)
    if (aggregation !== undefined) assignAggregation(checker, target, { aggregation, span })
    else checkKey(checker, target)
    return
  }
  const assigned = assignedValue(checker, statement)
  assignToMap(checker, target, { value: assigned, span })
  const to = checker.symbols.maps.get(target.name)?.value?.type
  const place = statement.operator === '=' ? {} : { span: statement.operationSpan }
  warnOfImplicitCast(checker, sourceOf(checker, statement), { from: assigned, to, ...place })
}

function assignVariable(checker: StatementChecker, statement: AssignStatement, target: VariableExpression): void {
  const value = assignedValue(checker, statement)
  const { operator, span } = statement
  const symbol =
    checker.scopes.find(target) ?? (operator === '=' ? checker.scopes.declare(target, { kind: 'assignment', span }) : undefined)
  if (symbol !== undefined) checker.scopes.noteAssignment(symbol)
  checker.check(target)
  if (symbol === undefined) return
  const place = operator === '=' ? {} : { place: statement.operationSpan }
  learnVariable(checker, target, { symbol, value, expression: sourceOf(checker, statement), span, ...place })
}

function assignedValue(checker: StatementChecker, statement: AssignStatement): StaticType {
  return checker.check(sourceOf(checker, statement))
}

/** The expression that is assigned: `x op= e` is `x = x op e`. */
function sourceOf(checker: StatementChecker, statement: AssignStatement): Expression {
  return statement.operator === '=' ? statement.value : checker.compoundOf(statement)
}

/** The binary operator of a compound assignment. */
export function operatorOf(statement: AssignStatement): BinaryOperator {
  return statement.operator.slice(0, -1) as BinaryOperator
}

function checkIf(checker: StatementChecker, statement: IfStatement): void {
  const { condition, then, otherwise } = statement
  checkTestable(checker, condition, checker.check(condition))
  if (condition.kind !== 'comptime') {
    checkBlock(checker, then)
    checkElse(checker, otherwise)
    return
  }
  const known = checker.staticValueOf(condition)
  if (known === undefined) return
  checker.decide(statement, isTrue(known))
  if (isTrue(known)) checkBlock(checker, then)
  else checkElse(checker, otherwise)
}

function checkElse(checker: StatementChecker, otherwise: IfStatement['otherwise']): void {
  if (otherwise === undefined) return
  if ('kind' in otherwise) checkIf(checker, otherwise)
  else checkBlock(checker, otherwise)
}

function checkUnroll(checker: StatementChecker, statement: UnrollStatement): void {
  checker.check(statement.count)
  const count = checker.constantOf(statement.count)
  const complain = (message: string) => checker.report.error({ code: 'bad-unroll', span: statement.span, message })
  if (typeof count !== 'bigint') complain('invalid unroll value: expected a number that is known when the script is compiled')
  else if (count > MOST_UNROLLED) complain(`unroll maximum value is ${MOST_UNROLLED}`)
  else if (count < 1n) complain('unroll minimum value is 1')
  checkBlock(checker, statement.body)
}
