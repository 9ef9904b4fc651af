/**
 * What the lowerings of single constructs work with. `unit-lowering.ts` makes one per program.
 */
import type { SourceText, Span } from '../../../base/source-text.ts'
import type { FunctionBuilder } from '../../../compiler/ir/builder.ts'
import type { Block, Operand } from '../../../compiler/ir/ir.ts'
import type { PidNamespace } from '../../../compiler/lowering/current-task.ts'
import type { MapSpec } from '../../../spec/map-spec.ts'
import type { RecordAction } from '../../../spec/record-spec.ts'
import type { Type } from '../../../spec/types/type.ts'
import type { AssignStatement, Expression, IfStatement, Statement, TernaryExpression, VariableExpression } from '../ast.ts'
import type { ConstantResult } from '../check/constant.ts'
import type { TypeKnowledge } from '../check/records.ts'
import type { StaticType } from '../check/static-type.ts'
import type { VariableSymbol } from '../check/symbols.ts'
import type { ScriptConfig } from '../config.ts'
import type { ProgramUnit } from '../probes/expand.ts'
import type { MapPlan } from './map-plan.ts'
import type { Value } from './value.ts'

/** The lowering of one program. */
export interface Lowering extends TypeKnowledge {
  readonly builder: FunctionBuilder
  readonly unit: ProgramUnit
  readonly config: ScriptConfig
  readonly source: SourceText
  readonly parameters: readonly string[]
  /** CPUs that per-CPU maps may have values for. */
  readonly possibleCpus: number
  /** The numbering of `pid` and `tid`; that of the initial namespace when it is undefined. */
  readonly pidNamespace: PidNamespace | undefined
  /** True when user stacks may be walked by tables. */
  readonly walksByTables: () => boolean
  /** Of the expression that is being lowered. */
  readonly place: Span | undefined
  /** The innermost loop of the function, while its body is being lowered. */
  loop: LoopTargets | undefined
  /** Ends the program with an answer (i64); from within a callback by way of the function that called it. */
  readonly end: (answer: Operand) => void
  /** The lowering of the same program into a function that it hands to a helper. */
  nested(into: NestedFunction): Lowering
  staticTypeOf(expression: Expression): StaticType
  typeOf(expression: Expression): Type
  lower(expression: Expression): Value
  /** Lowers statements one behind the other; behind one that ends the path, none. */
  statements(statements: readonly Statement[]): void
  constantOf(expression: Expression): ConstantResult
  /** Lowers an expression to an i64, extended by its type; aggregations are reduced. */
  integer(expression: Expression): Operand
  /** Lowers an expression to an i1. */
  condition(expression: Expression): Operand
  symbolOf(variable: VariableExpression): VariableSymbol
  /** The stack slot that holds a variable: an integer as i64, extended; anything else as its bytes. */
  slotOf(symbol: VariableSymbol): Operand
  /** The same, if the variable has one yet. */
  findSlot(symbol: VariableSymbol): Operand | undefined
  /** The expression that a compound assignment stands for. */
  compoundOf(statement: AssignStatement): Expression
  /** Of a choice that is known now: true for `then`. */
  decisionOf(choice: TernaryExpression | IfStatement): boolean | undefined
  /** The storage of a map. */
  planOf(mapName: string): MapPlan
  /** Adds a map that the program uses beside those of the script; the same one may be added again. */
  requireMap(spec: MapSpec): void
  /** Sends a record with these fields; `fields` are evaluated already or deferred. */
  send(action: RecordAction, fields: readonly RecordValue[]): void
}

/** Where the jumps of a loop's body go. */
export interface LoopTargets {
  readonly break: Block
  readonly continue: Block
  /** Adds what has to be done before the program ends from within the loop. */
  readonly leave?: () => void
  readonly outer: LoopTargets | undefined
}

/** A function of the program beside its main one. */
export interface NestedFunction {
  readonly builder: FunctionBuilder
  /** Where it finds variables of the function around it. */
  readonly slots: ReadonlyMap<VariableSymbol, Operand>
  readonly end: (answer: Operand) => void
}

/** A field of a record to send. */
export interface RecordValue {
  readonly name: string
  readonly type: Type
  readonly value: Value
}
