/**
 * What the checks of single constructs work with. `unit-checker.ts` makes one per program unit and round.
 */
import type { Span } from '../../../base/source-text.ts'
import type { AssignStatement, BlockExpression, Expression, IfStatement, TernaryExpression, VariableExpression } from '../ast.ts'
import type { ScriptConfig } from '../config.ts'
import type { NamedOptions } from '../named-options.ts'
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
  /** What the command line gives by name; nothing when absent. */
  readonly namedOptions?: NamedOptions
}

/** A value on its way into a variable. */
export interface VariableAssignment {
  readonly value: StaticType
  readonly expression: Expression
  /** The whole assignment. */
  readonly span: Span
  /** Where a change of the value is pointed out; at the expression when absent. */
  readonly place?: Span
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
  /** Checks the statements of a block, and answers the type of its value. */
  checkBlockValue(expression: BlockExpression): StaticType
  /** The value of an expression of literals. */
  constantOf(expression: Expression): ConstantResult
  /** What its check has found an expression to be worth. */
  knownValueOf(expression: Expression): StaticValue | undefined
  /** The same, and what types tell; the expression has been checked. */
  staticValueOf(expression: Expression): StaticValue | undefined
  /** Notes that a choice is known now: true for `then`. */
  decide(choice: TernaryExpression | IfStatement, value: boolean): void
  /** The variable that a name stands for here; complains when there is none. */
  resolve(variable: VariableExpression): VariableSymbol | undefined
  /** Notes that a variable, which is there already, is given a value. */
  assign(variable: VariableExpression, given: VariableAssignment): void
}

/** What the check found out about one program unit. */
export interface CheckedUnit {
  readonly unit: ProgramUnit
  readonly types: ReadonlyMap<Expression, StaticType>
  readonly variables: ReadonlyMap<VariableExpression, VariableSymbol>
  /** The choices that are known now: true for `then`. */
  readonly decisions: ReadonlyMap<TernaryExpression | IfStatement, boolean>
  /** The expressions that compound assignments stand for. */
  readonly compounds: ReadonlyMap<AssignStatement, Expression>
}

/** Complains, and answers the type of what has been complained about. */
export function mistake(checker: Checker, complaint: Parameters<Report['error']>[0]): StaticType {
  checker.report.error(complaint)
  return { type: { kind: 'none' }, unknown: true }
}
