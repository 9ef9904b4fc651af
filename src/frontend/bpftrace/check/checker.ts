/**
 * What the checks of single constructs work with. `unit-checker.ts` makes one per program unit and round.
 */
import type { AssignStatement, Expression, VariableExpression } from '../ast.ts'
import type { ScriptConfig } from '../config.ts'
import type { ProgramUnit } from '../probes/expand.ts'
import type { Report } from '../report.ts'
import type { ConstantResult } from './constant.ts'
import type { TypeKnowledge } from './records.ts'
import type { StaticType, StaticValue } from './static-type.ts'
import type { Symbols, VariableSymbol } from './symbols.ts'

/** What the check is told about the run. */
export interface CheckOptions extends TypeKnowledge {
  readonly config: ScriptConfig
  readonly parameters: readonly string[]
}

/** The check of one program unit. */
export interface Checker {
  readonly unit: ProgramUnit
  readonly report: Report
  readonly symbols: Symbols
  readonly options: CheckOptions
  /** Checks an expression and notes its type. */
  check(expression: Expression): StaticType
  /** The same for what a member or element is asked of, which may be a record or an array. */
  checkObject(expression: Expression): StaticType
  /** The value of an expression of literals. */
  constantOf(expression: Expression): ConstantResult
  /** The same, and what types tell; the expression has been checked. */
  staticValueOf(expression: Expression): StaticValue | undefined
  /** The variable that a name stands for here; complains when there is none. */
  resolve(variable: VariableExpression): VariableSymbol | undefined
}

/** What the check found out about one program unit. */
export interface CheckedUnit {
  readonly unit: ProgramUnit
  readonly types: ReadonlyMap<Expression, StaticType>
  readonly variables: ReadonlyMap<VariableExpression, VariableSymbol>
  /** The expressions that compound assignments stand for. */
  readonly compounds: ReadonlyMap<AssignStatement, Expression>
}

/** Complains, and answers the type of what has been complained about. */
export function mistake(checker: Checker, complaint: Parameters<Report['error']>[0]): StaticType {
  checker.report.error(complaint)
  return { type: { kind: 'none' }, unknown: true }
}
