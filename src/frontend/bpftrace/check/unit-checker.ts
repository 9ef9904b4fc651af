/**
 * Checks one program unit, one round: walks its predicate and body and notes the type of every expression.
 */
import type { AssignStatement, BlockExpression, Expression, IfStatement, TernaryExpression, VariableExpression } from '../ast.ts'
import type { ProgramUnit } from '../probes/expand.ts'
import type { Report } from '../report.ts'
import type { CheckedUnit, CheckOptions, VariableAssignment } from './checker.ts'
import { type ConstantResult, constantOf } from './constant.ts'
import { checkExpression } from './expressions.ts'
import { checkTestable } from './operators.ts'
import { checkWhole } from './program-values.ts'
import { Scopes } from './scope.ts'
import type { StatementChecker } from './statement-checker.ts'
import { checkBlock, checkBlockValue, operatorOf } from './statements.ts'
import type { StaticType, StaticValue } from './static-type.ts'
import { staticValueOf } from './static-value.ts'
import type { Symbols, VariableSymbol } from './symbols.ts'
import { learnVariable } from './variables.ts'

/** What a unit keeps from round to round: its variables, and the nodes that compound assignments stand for. */
export interface UnitMemory {
  readonly declared: Map<VariableExpression, VariableSymbol>
  readonly compounds: Map<AssignStatement, Expression>
}

/** Everything that a round of checking works on. */
export interface CheckRound {
  readonly report: Report
  readonly symbols: Symbols
  readonly options: CheckOptions
}

/** Checks `unit` once. */
export function checkUnit(unit: ProgramUnit, memory: UnitMemory, round: CheckRound): CheckedUnit {
  const checker = new UnitChecker(unit, memory, round)
  const { predicate, body } = unit.block
  if (predicate !== undefined) checkTestable(checker, predicate, checker.check(predicate))
  checkBlock(checker, body, 'probe')
  checker.scopes.warnOfUnassigned()
  return { unit, types: checker.types, variables: checker.variables, decisions: checker.decisions, compounds: memory.compounds }
}

class UnitChecker implements StatementChecker {
  readonly unit: ProgramUnit
  readonly report: Report
  readonly symbols: Symbols
  readonly options: CheckOptions
  readonly scopes: Scopes
  readonly types = new Map<Expression, StaticType>()
  readonly variables = new Map<VariableExpression, VariableSymbol>()
  readonly decisions = new Map<TernaryExpression | IfStatement, boolean>()
  loops = 0
  readonly #memory: UnitMemory

  constructor(unit: ProgramUnit, memory: UnitMemory, { report, symbols, options }: CheckRound) {
    this.unit = unit
    this.report = report
    this.symbols = symbols
    this.options = options
    this.scopes = new Scopes(report, memory.declared)
    this.#memory = memory
  }

  check(expression: Expression): StaticType {
    const type = checkWhole(this, expression.span, this.checkObject(expression))
    this.types.set(expression, type)
    return type
  }
  checkObject(expression: Expression): StaticType {
    const type = checkExpression(this, expression)
    this.types.set(expression, type)
    return type
  }
  constantOf(expression: Expression): ConstantResult {
    return constantOf(expression, { parameters: this.options.parameters, known: (question) => this.types.get(question)?.known })
  }
  checkBlockValue(expression: BlockExpression): StaticType {
    return checkBlockValue(this, expression)
  }
  knownValueOf(expression: Expression): StaticValue | undefined {
    return this.types.get(expression)?.known
  }
  staticValueOf(expression: Expression): StaticValue | undefined {
    return staticValueOf(this, expression)
  }
  decide(choice: TernaryExpression | IfStatement, value: boolean): void {
    this.decisions.set(choice, value)
  }
  resolve(variable: VariableExpression): VariableSymbol | undefined {
    const symbol = this.scopes.findForReading(variable)
    if (symbol !== undefined) {
      this.variables.set(variable, symbol)
      this.scopes.warnIfUnassigned(symbol, variable.span)
    } else this.#reportUndeclared(variable)
    return symbol
  }
  assign(variable: VariableExpression, given: VariableAssignment): void {
    const known = this.scopes.find(variable)
    if (known !== undefined) this.scopes.noteAssignment(known)
    this.check(variable)
    if (known !== undefined) learnVariable(this, variable, { symbol: known, ...given })
  }
  compoundOf(statement: AssignStatement): Expression {
    const known = this.#memory.compounds.get(statement)
    if (known !== undefined) return known
    const { target, value, operationSpan: span } = statement
    const expression: Expression = { kind: 'binary', operator: operatorOf(statement), left: target, right: value, span }
    this.#memory.compounds.set(statement, expression)
    return expression
  }

  #reportUndeclared({ name, span }: VariableExpression): void {
    this.report.error({ code: 'undeclared-variable', span, message: `Undefined or undeclared variable: ${name}` })
  }
}
