/**
 * Lowers statements. What stands behind a jump, a `return` or `exit()` in its block is not lowered: it cannot be reached.
 */
import { assertNever } from '../../../base/assert.ts'
import { sizeOf } from '../../../spec/types/type.ts'
import type { AssignStatement, Block, Expression, IfStatement, LetStatement, Statement } from '../ast.ts'
import { bareValue } from '../block-value.ts'
import { isAggregation } from '../calls/aggregations.ts'
import { aggregate } from './aggregate.ts'
import { lowerIncrement } from './expressions.ts'
import { isScalar } from './integers.ts'
import { lowerEnd, lowerFor, lowerJump, lowerWhile } from './loops.ts'
import type { Lowering } from './lowering.ts'
import { addToMap, assignMap } from './maps.ts'
import { assignVariable } from './variables.ts'

/** Lowers the statements of a block. */
export function lowerBlock(lowering: Lowering, block: Block): void {
  lowerStatements(lowering, block.statements)
}

/** Lowers statements up to one that ends the path. */
export function lowerStatements(lowering: Lowering, statements: readonly Statement[]): void {
  for (const statement of statements) {
    if (lowering.builder.terminated) return
    lowering.builder.span = statement.span
    lowerStatement(lowering, statement)
  }
}

function lowerStatement(lowering: Lowering, statement: Statement): void {
  switch (statement.kind) {
    case 'expression':
      lowerForEffect(lowering, statement.expression)
      return
    case 'discard':
      lowerForEffect(lowering, statement.value)
      return
    case 'let':
      lowerLet(lowering, statement)
      return
    case 'assign':
      lowerAssign(lowering, statement)
      return
    case 'if':
      lowerIf(lowering, statement)
      return
    case 'unroll':
      for (let i = 0; i < Number(lowering.constantOf(statement.count)); i++) lowerBlock(lowering, statement.body)
      return
    case 'block':
      lowerBlock(lowering, statement.body)
      return
    case 'return':
      lowerReturn(lowering, statement.value)
      return
    case 'while':
      lowerWhile(lowering, statement, () => lowerBlock(lowering, statement.body))
      return
    case 'for':
      lowerFor(lowering, statement, (inside) => lowerBlock(inside, statement.body))
      return
    case 'break':
    case 'continue':
      lowerJump(lowering, statement)
      return
    default:
      assertNever(statement, 'statement')
      return
  }
}

function lowerForEffect(lowering: Lowering, expression: Expression): void {
  if (expression.kind === 'increment') lowerIncrement(lowering, expression, 'unused')
  else lowering.lower(expression)
}

/** What a program answers counts in a test alone; the kernel must not take it for a wish of its own. */
function lowerReturn(lowering: Lowering, value: Expression | undefined): void {
  const { builder, unit } = lowering
  const answer = value === undefined ? undefined : lowering.integer(value)
  lowerEnd(lowering, answer !== undefined && unit.context.provider === 'test' ? answer : builder.i64(0))
}

function lowerLet(lowering: Lowering, { variable, value }: LetStatement): void {
  if (value !== undefined) {
    assignVariable(lowering, variable, { value: lowering.lower(value), from: lowering.typeOf(value) })
    return
  }
  const symbol = lowering.symbolOf(variable)
  const type = symbol.type?.type
  const size = type === undefined || isScalar(type) ? 8 : Math.ceil(sizeOf(type) / 8) * 8
  lowering.builder.zero(lowering.slotOf(symbol), size)
}

function lowerAssign(lowering: Lowering, statement: AssignStatement): void {
  const { target, operator } = statement
  const value = bareValue(statement.value)
  if (target.kind === 'map' && value.kind === 'call' && operator === '=' && isAggregation(value.name)) {
    aggregate(lowering, target, value)
    return
  }
  if (target.kind === 'map' && (operator === '+=' || operator === '-=') && isInteger(lowering, target.name)) {
    const amount = lowering.integer(value)
    const signed = operator === '+=' ? amount : lowering.builder.binary('sub', lowering.builder.i64(0), amount)
    addToMap(lowering, target, { amount: signed, old: 'unused' })
    return
  }
  const source = operator === '=' ? value : lowering.compoundOf(statement)
  const from = lowering.typeOf(source)
  if (target.kind === 'variable') {
    assignVariable(lowering, target, { value: lowering.lower(source), from })
    return
  }
  assignMap(lowering, target, { value: lowering.lower(source), from })
}

/** A sum is 64 bits wide, so a map that one is assigned to is too. */
function isInteger(lowering: Lowering, map: string): boolean {
  return lowering.planOf(map).value?.kind === 'int'
}

function lowerIf(lowering: Lowering, statement: IfStatement): void {
  const { condition, then, otherwise } = statement
  const decision = lowering.decisionOf(statement)
  if (decision === true) lowerBlock(lowering, then)
  else if (decision === false) lowerElse(lowering, otherwise)
  if (decision !== undefined) return
  const test = lowering.condition(condition)
  const lowerThen = () => lowerBlock(lowering, then)
  if (otherwise === undefined) {
    lowering.builder.when(test, lowerThen)
    return
  }
  lowering.builder.when(test, lowerThen, () => lowerElse(lowering, otherwise))
}

function lowerElse(lowering: Lowering, otherwise: IfStatement['otherwise']): void {
  if (otherwise === undefined) return
  if ('kind' in otherwise) lowerIf(lowering, otherwise)
  else lowerBlock(lowering, otherwise)
}
