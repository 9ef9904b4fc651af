/**
 * Checks statements: declarations, assignments, branches, jumps.
 */
import { assertNever } from '../../../base/assert.ts'
import type {
  AssignStatement,
  BinaryOperator,
  Block,
  Expression,
  IfStatement,
  LetStatement,
  Statement,
  UnrollStatement,
  VariableExpression,
} from '../ast.ts'
import { checkAggregation, isAggregation } from '../calls/aggregations.ts'
import { findCall } from '../calls/calls.ts'
import type { Checker } from './checker.ts'
import { assignAggregation, assignToMap, checkKey } from './maps.ts'
import { checkTestable } from './operators.ts'
import { sameType } from './same-type.ts'
import type { Scopes } from './scope.ts'
import { describeType, plain, promote, type StaticType, UNKNOWN, unify } from './static-type.ts'
import { findType } from './type-names.ts'

const MOST_UNROLLED = 100n

/** A checker that knows the scopes. */
export interface StatementChecker extends Checker {
  readonly scopes: Scopes
  /** The expression that a compound assignment stands for, the same one in every round. */
  readonly compoundOf: (statement: AssignStatement) => Expression
}

/** Checks the statements of a block in a scope of their own. */
export function checkBlock(checker: StatementChecker, block: Block): void {
  checker.scopes.within(() => {
    for (const statement of block.statements) checkStatement(checker, statement)
    warnOfUnreachable(checker, block)
  })
}

function warnOfUnreachable({ report }: StatementChecker, { statements }: Block): void {
  const behind = statements[statements.findIndex(endsProbe) + 1]
  if (behind === undefined || !statements.some(endsProbe)) return
  report.warning({ code: 'unreachable', span: behind.span, message: 'Unreachable statement.' })
}

/** True when nothing behind a statement can be reached. */
function endsProbe(statement: Statement): boolean {
  switch (statement.kind) {
    case 'return':
      return true
    case 'expression':
      return statement.expression.kind === 'call' && statement.expression.name === 'exit'
    case 'block':
    case 'unroll':
      return statement.body.statements.some(endsProbe)
    case 'if': {
      const { then, otherwise } = statement
      if (otherwise === undefined || !then.statements.some(endsProbe)) return false
      return 'kind' in otherwise ? endsProbe(otherwise) : otherwise.statements.some(endsProbe)
    }
    default:
      return false
  }
}

function checkStatement(checker: StatementChecker, statement: Statement): void {
  switch (statement.kind) {
    case 'expression':
      checkExpressionStatement(checker, statement.expression)
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
      checker.report.notSupported(statement.span, "'while'", 'use unroll(N) { ... } for a fixed number of rounds')
      return
    case 'for': {
      const over = statement.end === undefined ? 'maps' : 'ranges'
      checker.report.notSupported(statement.span, `'for' over ${over}`)
      return
    }
    case 'break':
    case 'continue': {
      const message = `'${statement.kind}' statement is not allowed in a probe`
      checker.report.error({ code: 'jump-outside-loop', span: statement.span, message })
      return
    }
    default:
      assertNever(statement, 'statement')
      return
  }
}

function checkExpressionStatement(checker: StatementChecker, expression: Expression): void {
  const type = checker.check(expression)
  const discards = expression.kind === 'call' ? findCall(expression.name)?.kind !== 'action' : true
  if (type.unknown === true || expression.kind === 'increment' || !discards || expression.kind === 'ternary') return
  checker.report.warning({ code: 'value-discarded', span: expression.span, message: 'Return value discarded.' })
}

function checkReturn(checker: StatementChecker, value: Expression | undefined): void {
  if (value === undefined) return
  const type = checker.check(value)
  if (type.unknown === true || type.type.kind === 'int') return
  const message = `A probe can only return an integer, not a value of type '${describeType(type)}'`
  checker.report.error({ code: 'bad-return', span: value.span, message })
}

function checkLet(checker: StatementChecker, statement: LetStatement): void {
  const declared = statement.type === undefined ? undefined : findType(checker, statement.type)
  const value = statement.value === undefined ? undefined : checkValue(checker, statement.value)
  const symbol = checker.scopes.declare(statement.variable, declared === undefined ? undefined : plain(declared))
  checker.check(statement.variable)
  if (value !== undefined) learnVariable(checker, statement.variable, { symbol, value, span: statement.span })
}

function checkAssign(checker: StatementChecker, statement: AssignStatement): void {
  const { target, span } = statement
  if (target.kind === 'variable') {
    assignVariable(checker, statement, target)
    return
  }
  const { value } = statement
  if (statement.operator === '=' && value.kind === 'call' && isAggregation(value.name)) {
    const aggregation = checkAggregation(checker, value)
    if (aggregation !== undefined) assignAggregation(checker, target, { aggregation, span })
    else checkKey(checker, target)
    return
  }
  assignToMap(checker, target, { value: assignedValue(checker, statement), span })
}

function assignVariable(checker: StatementChecker, statement: AssignStatement, target: VariableExpression): void {
  const value = assignedValue(checker, statement)
  const symbol = checker.scopes.find(target.name) ?? (statement.operator === '=' ? checker.scopes.declare(target) : undefined)
  checker.check(target)
  if (symbol !== undefined) learnVariable(checker, target, { symbol, value, span: statement.span })
}

/** `x op= e` is `x = x op e`. */
function assignedValue(checker: StatementChecker, statement: AssignStatement): StaticType {
  return statement.operator === '=' ? checkValue(checker, statement.value) : checker.check(checker.compoundOf(statement))
}

/** The binary operator of a compound assignment. */
export function operatorOf(statement: AssignStatement): BinaryOperator {
  return statement.operator.slice(0, -1) as BinaryOperator
}

function checkValue(checker: StatementChecker, value: Expression): StaticType {
  return checker.check(value)
}

function learnVariable(
  checker: StatementChecker,
  variable: VariableExpression,
  assigned: { symbol: NonNullable<ReturnType<Scopes['find']>>; value: StaticType; span: Statement['span'] },
): void {
  const { symbol, span } = assigned
  const value = variableValue(checker, assigned.value, span)
  if (value.unknown === true) return
  const known = symbol.type
  const merged = known === undefined ? value : (fitDeclared(symbol.declaredType, value) ?? unify(known, value))
  if (merged === undefined || (symbol.declaredType !== undefined && !fits(symbol.declaredType, value, merged))) {
    const message = `Type mismatch for ${variable.name}: trying to assign value of type '${describeType(value)}' when variable already has a type '${describeType(known ?? UNKNOWN)}'`
    checker.report.error({ code: 'type-mismatch', span, message })
    return
  }
  if (symbol.declaredType === undefined) checker.symbols.learn(symbol, 'type', merged)
}

/** A declared integer type takes any integer literal that it can hold, whatever its sign. */
function fitDeclared(declared: StaticType | undefined, value: StaticType): StaticType | undefined {
  return declared !== undefined && declared.type.kind === 'int' && value.flexible === true ? promote(declared, value) : undefined
}

function fits(declared: StaticType, value: StaticType, merged: StaticType): boolean {
  if (declared.type.kind !== 'int') return sameType(declared.type, merged.type)
  return value.type.kind === 'bool' || (merged.type.kind === 'int' && merged.type.size <= declared.type.size)
}

/** A variable holds the reduced number of an aggregation; those without one cannot be held. */
function variableValue(checker: StatementChecker, value: StaticType, span: Statement['span']): StaticType {
  if (value.aggregation !== undefined && value.type.kind === 'int') return plain(value.type)
  if (value.unknown === true || (value.type.kind !== 'none' && value.type.kind !== 'struct')) return value
  const message = `Value '${describeType(value)}' cannot be assigned to a scratch variable.`
  checker.report.error({ code: 'bad-variable-value', span, message })
  return UNKNOWN
}

function checkIf(checker: StatementChecker, statement: IfStatement): void {
  checkTestable(checker, statement.condition, checker.check(statement.condition))
  checkBlock(checker, statement.then)
  const { otherwise } = statement
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
