/**
 * Lowers one checked program unit to a function of the IR: filters, predicate, body.
 */
import { assert } from '../../../base/assert.ts'
import type { SourceText, Span } from '../../../base/source-text.ts'
import { FunctionBuilder } from '../../../compiler/ir/builder.ts'
import type { IrFunction, Operand } from '../../../compiler/ir/ir.ts'
import type { PidNamespace } from '../../../compiler/lowering/current-task.ts'
import { emitRecord } from '../../../compiler/lowering/emit-record.ts'
import { dropStackGrowth, keepCgroup, keepProcess, returnUnless, skipEndOfIterator } from '../../../compiler/lowering/filters.ts'
import { EVENTS_MAP, type MapSpec } from '../../../spec/map-spec.ts'
import { layoutRecord, RECORD_ID_SIZE } from '../../../spec/record-layout.ts'
import type { RecordAction } from '../../../spec/record-spec.ts'
import type { TypeSource } from '../../../spec/type-source.ts'
import { sizeOf, type Type } from '../../../spec/types/type.ts'
import type { CTypes } from '../../c/c-types.ts'
import type { AssignStatement, Expression, IfStatement, Statement, TernaryExpression, VariableExpression } from '../ast.ts'
import type { CheckedUnit } from '../check/checker.ts'
import { type ConstantResult, constantOf } from '../check/constant.ts'
import type { TypeKnowledge } from '../check/records.ts'
import type { StaticType } from '../check/static-type.ts'
import type { VariableSymbol } from '../check/symbols.ts'
import type { ScriptConfig } from '../config.ts'
import type { ProgramUnit } from '../probes/expand.ts'
import type { ProviderName } from '../probes/probe-kind.ts'
import { lowerCondition, lowerExpression } from './expressions.ts'
import { isScalar } from './integers.ts'
import type { LoopTargets, Lowering, NestedFunction, RecordValue } from './lowering.ts'
import type { MapPlan } from './map-plan.ts'
import { lowerBlock, lowerStatements } from './statements.ts'
import { storeValue, zeroGaps } from './store.ts'
import type { Value } from './value.ts'

/** What all programs of a script share. */
export interface ScriptLowering extends TypeKnowledge {
  readonly config: ScriptConfig
  readonly source: SourceText
  readonly parameters: readonly string[]
  readonly possibleCpus: number
  readonly plans: ReadonlyMap<string, MapPlan>
  readonly pid?: number
  readonly pidNamespace?: PidNamespace
  /** Whether hits are filtered by cgroup. */
  readonly cgroup: 'all' | 'filtered'
  readonly walksByTables?: () => boolean
  /** Adds a map that is none of the script's. */
  requireMap(spec: MapSpec): void
  /** Adds a kind of record and answers its id. */
  addRecord(action: RecordAction, layout: ReturnType<typeof layoutRecord>): number
}

/** Lowers a program. */
export function lowerUnit(checked: CheckedUnit, script: ScriptLowering): IrFunction {
  const lowering = new UnitLowering(checked, script)
  const { builder, unit } = lowering
  const { predicate, body } = unit.block
  emitFilters(lowering, script)
  if (predicate !== undefined) {
    builder.span = predicate.span
    returnUnless(builder, lowering.condition(predicate))
  }
  lowerBlock(lowering, body)
  if (!builder.terminated) builder.return(builder.i64(0))
  return builder.function
}

const OF_NO_TASK: ReadonlySet<ProviderName> = new Set(['begin', 'end', 'test', 'self', 'interval', 'iter'])

/** What the session runs, and timers of `interval`, are not about a task: nothing is filtered there. */
function emitFilters({ builder, unit }: UnitLowering, script: ScriptLowering): void {
  const { provider, uprobe } = unit.context
  builder.span = unit.block.attachPoints[0]?.span
  if (unit.context.iterated !== undefined) skipEndOfIterator(builder)
  if (OF_NO_TASK.has(provider)) return
  if (uprobe?.sites.some((site) => site.placement === 'stack-check-branch') === true) dropStackGrowth(builder)
  if ((provider === 'tracepoint' || provider === 'rawtracepoint') && script.pid !== undefined)
    keepProcess(builder, script.pid, script.pidNamespace)
  if (script.cgroup === 'filtered') keepCgroup(builder)
}

class UnitLowering implements Lowering {
  readonly builder: FunctionBuilder
  readonly unit: ProgramUnit
  readonly config: ScriptConfig
  readonly source: SourceText
  readonly typeSource: TypeSource
  readonly cTypes: CTypes
  readonly parameters: readonly string[]
  readonly possibleCpus: number
  readonly pidNamespace: PidNamespace | undefined
  readonly walksByTables: () => boolean
  loop: LoopTargets | undefined
  place: Span | undefined
  readonly #checked: CheckedUnit
  readonly #script: ScriptLowering
  readonly end: (answer: Operand) => void
  readonly #slots: Map<VariableSymbol, Operand>

  constructor(checked: CheckedUnit, script: ScriptLowering, nested?: NestedFunction) {
    const builder = nested?.builder ?? new FunctionBuilder(checked.unit.name)
    this.builder = builder
    this.end = nested?.end ?? ((answer) => builder.return(answer))
    this.#slots = new Map(nested?.slots)
    this.unit = checked.unit
    this.config = script.config
    this.source = script.source
    this.typeSource = script.typeSource
    this.cTypes = script.cTypes
    this.parameters = script.parameters
    this.possibleCpus = script.possibleCpus
    this.pidNamespace = script.pidNamespace
    this.walksByTables = script.walksByTables ?? (() => false)
    this.#checked = checked
    this.#script = script
  }

  staticTypeOf(expression: Expression): StaticType {
    const type = this.#checked.types.get(expression)
    assert(type !== undefined, `a ${expression.kind} has not been checked`)
    return type
  }
  typeOf(expression: Expression): Type {
    return this.staticTypeOf(expression).type
  }
  lower(expression: Expression): Value {
    const outer = this.place
    this.place = expression.span
    const value = lowerExpression(this, expression)
    this.place = outer
    return value
  }
  statements(statements: readonly Statement[]): void {
    lowerStatements(this, statements)
  }
  integer(expression: Expression): Operand {
    const value = this.lower(expression)
    assert(value.kind === 'integer', `a ${expression.kind} is not an integer`)
    return value.operand
  }
  condition(expression: Expression): Operand {
    return lowerCondition(this, expression)
  }
  constantOf(expression: Expression): ConstantResult {
    return constantOf(expression, { parameters: this.parameters, known: (question) => this.#checked.types.get(question)?.known })
  }
  symbolOf(variable: VariableExpression): VariableSymbol {
    const symbol = this.#checked.variables.get(variable)
    assert(symbol !== undefined, `${variable.name} has not been resolved`)
    return symbol
  }
  slotOf(symbol: VariableSymbol): Operand {
    const known = this.#slots.get(symbol)
    if (known !== undefined) return known
    const type = symbol.type?.type
    const size = type === undefined || isScalar(type) ? 8 : Math.ceil(sizeOf(type) / 8) * 8
    const slot = this.builder.stackSlot(symbol.name, size)
    this.#slots.set(symbol, slot)
    return slot
  }
  findSlot(symbol: VariableSymbol): Operand | undefined {
    return this.#slots.get(symbol)
  }
  nested(into: NestedFunction): Lowering {
    return new UnitLowering(this.#checked, this.#script, into)
  }
  compoundOf(statement: AssignStatement): Expression {
    const expression = this.#checked.compounds.get(statement)
    assert(expression !== undefined, 'a compound assignment has not been checked')
    return expression
  }
  decisionOf(choice: TernaryExpression | IfStatement): boolean | undefined {
    return this.#checked.decisions.get(choice)
  }
  planOf(mapName: string): MapPlan {
    const plan = this.#script.plans.get(mapName)
    assert(plan !== undefined, `${mapName} has no storage`)
    return plan
  }
  requireMap(spec: MapSpec): void {
    this.#script.requireMap(spec)
  }

  send(action: RecordAction, fields: readonly RecordValue[]): void {
    const layout = layoutRecord(fields)
    const id = this.#script.addRecord(action, layout)
    emitRecord(this.builder, { map: EVENTS_MAP, layout, id }, (pointer) => {
      const offsets = layout.fields.map((field) => field.offset)
      const ends = layout.fields.map((field) => field.offset + sizeOf(field.type))
      zeroGaps(this, { pointer, offset: 0 }, { offsets, ends, size: layout.size, start: RECORD_ID_SIZE })
      for (const [index, { type, value }] of fields.entries()) {
        storeValue(this, { value, from: type, place: { pointer, offset: offsets[index] ?? 0 }, to: type, behindText: 'any' })
      }
    })
  }
}
