/**
 * Lowers an expression of any kind by its own lowering. The check has let through only what can be lowered.
 */
import { assertNever } from '../../../base/assert.ts'
import { InternalError } from '../../../base/errors.ts'
import type { Operand } from '../../../compiler/ir/ir.ts'
import { INT8 } from '../../../spec/types/type.ts'
import type { BlockExpression, Expression, FieldExpression, IncrementExpression, IndexExpression, VariableExpression } from '../ast.ts'
import { partsOf } from '../block-value.ts'
import { isArgs } from '../builtins/args.ts'
import { findBuiltin } from '../builtins/builtins.ts'
import { findCall } from '../calls/calls.ts'
import { findLocated } from '../check/located.ts'
import { recordOf } from '../check/program-values.ts'
import { lowerArrayElement, lowerByteCast, lowerStructField } from './aggregates.ts'
import { castInteger, isScalar } from './integers.ts'
import { knownFieldsValue } from './known-record.ts'
import type { Lowering } from './lowering.ts'
import { addToMap, readMap } from './maps.ts'
import { isLogical, lowerArithmetic, lowerLogical, lowerTernary, lowerUnary, pointeeSize } from './operators.ts'
import { lowerElement, lowerMember } from './program-values.ts'
import { reduceAggregation } from './reduce.ts'
import { tupleItem } from './store.ts'
import { stringConstant } from './string-constant.ts'
import { lowerRecordField } from './tracepoint-record.ts'
import { integerValue, NO_VALUE, type Value } from './value.ts'

/** The value of an expression; code for it is added to the builder. */
export function lowerExpression(lowering: Lowering, expression: Expression): Value {
  const constant = lowering.constantOf(expression)
  if (typeof constant === 'bigint') return integerValue(lowering.builder.i64(constant))
  if (typeof constant === 'string') return textValue(lowering, constant)
  switch (expression.kind) {
    case 'boolean':
      return integerValue(lowering.builder.i64(expression.value ? 1 : 0))
    case 'identifier':
      return findBuiltin(expression.name)?.lower(lowering, expression) ?? NO_VALUE
    case 'call':
      return (findCall(expression.name) ?? findBuiltin(expression.name))?.lower(lowering, expression) ?? NO_VALUE
    case 'variable':
      return readVariable(lowering, expression)
    case 'map':
      return lowering.planOf(expression.name).aggregation === undefined
        ? readMap(lowering, expression)
        : integerValue(reduceAggregation(lowering, expression))
    case 'unary':
      return expression.operator === '!' ? truthValue(lowering, expression) : lowerUnary(lowering, expression)
    case 'increment':
      return lowerIncrement(lowering, expression, 'used')
    case 'binary':
      return isLogical(expression.operator) ? truthValue(lowering, expression) : integerValue(lowerArithmetic(lowering, expression))
    case 'ternary':
      return lowerTernary(lowering, expression)
    case 'cast':
      return lowerCast(lowering, expression)
    case 'field':
      return lowerField(lowering, expression)
    case 'index':
      return lowerIndex(lowering, expression)
    case 'tuple':
      return { kind: 'tuple', items: expression.items.map((item) => ({ value: lowering.lower(item), type: lowering.typeOf(item) })) }
    case 'block-value':
      return lowerBlockValue(lowering, expression)
    case 'comptime':
      return lowering.lower(expression.operand)
    case 'typeinfo':
      return knownFieldsValue(lowering, lowering.staticTypeOf(expression))
    case 'typeof':
    case 'sizeof':
    case 'offsetof':
    case 'integer':
    case 'string':
    case 'positional':
    case 'positional-count':
    case 'unsupported':
      throw new InternalError(`${expression.kind} reached the lowering`)
    default:
      return assertNever(expression, 'expression')
  }
}

/** Lowers an expression to an i1. */
export function lowerCondition(lowering: Lowering, expression: Expression): Operand {
  const { builder } = lowering
  if (expression.kind === 'binary' && isLogical(expression.operator)) return lowerLogical(lowering, expression)
  if (expression.kind === 'unary' && expression.operator === '!') {
    return builder.compare('eq', lowering.condition(expression.operand), builder.constant('i1', 0))
  }
  const constant = lowering.constantOf(expression)
  if (typeof constant === 'string') return builder.constant('i1', constant === '' ? 0 : 1)
  return builder.compare('ne', lowering.integer(expression), builder.i64(0))
}

function truthValue(lowering: Lowering, expression: Expression): Value {
  return integerValue(lowering.builder.convert(lowering.condition(expression), 'i64', { signed: false }))
}

function textValue({ builder }: Lowering, text: string): Value {
  return { kind: 'deferred', write: ({ pointer, offset }) => stringConstant(text).store(builder, pointer, offset) }
}

/** Behind a way that always ends, what follows is lowered all the same: into a block that is never reached. */
function lowerBlockValue(lowering: Lowering, { body }: BlockExpression): Value {
  const { builder } = lowering
  const { before, value } = partsOf(body)
  lowering.statements(before)
  if (value === undefined) return NO_VALUE
  if (builder.terminated) builder.moveTo(builder.block('unreached'))
  return lowering.lower(value)
}

function readVariable(lowering: Lowering, expression: VariableExpression): Value {
  const symbol = lowering.symbolOf(expression)
  const slot = lowering.slotOf(symbol)
  const type = symbol.type?.type
  if (type !== undefined && !isScalar(type)) return { kind: 'memory', place: { pointer: slot, offset: 0 } }
  return integerValue(lowering.builder.load('i64', slot))
}

function lowerCast(lowering: Lowering, expression: Extract<Expression, { kind: 'cast' }>): Value {
  const type = lowering.typeOf(expression)
  if (type.kind === 'string') return lowering.lower(expression.operand)
  const bytes = lowerByteCast(lowering, expression, type)
  if (bytes !== undefined) return bytes
  const operand = lowering.integer(expression.operand)
  return integerValue(type.kind === 'int' || type.kind === 'bool' ? castInteger(lowering, operand, type) : operand)
}

function lowerIndex(lowering: Lowering, expression: IndexExpression): Value {
  const { type, object } = lowering.staticTypeOf(expression.operand)
  if (type.kind === 'tuple') return lowerTupleItem(lowering, expression.operand, Number(lowering.constantOf(expression.index)))
  if (type.kind === 'array' && object === undefined) return lowerArrayElement(lowering, expression, type)
  if (type.kind === 'string') return lowerArrayElement(lowering, expression, { kind: 'array', element: INT8, count: type.size })
  return lowerElement(lowering, expression)
}

function lowerField(lowering: Lowering, expression: FieldExpression): Value {
  if (findLocated(lowering, expression) !== undefined || recordOf(lowering.staticTypeOf(expression.operand)) !== undefined)
    return lowerMember(lowering, expression)
  const operand = lowering.typeOf(expression.operand)
  if (operand.kind === 'tuple')
    return lowerTupleItem(lowering, expression.operand, operand.names?.indexOf(expression.name) ?? Number(expression.name))
  if (isArgs(expression.operand) && lowering.unit.context.parameters !== undefined) return lowerParameter(lowering, expression)
  const { type, isContext } = lowering.staticTypeOf(expression.operand)
  if (type.kind === 'struct' && isContext !== true) return lowerStructField(lowering, expression, type)
  return lowerRecordField(lowering, expression.name, lowering.typeOf(expression))
}

/** An argument of a raw tracepoint: a word of the context, of which its type takes the lower part. */
function lowerParameter(lowering: Lowering, expression: FieldExpression): Value {
  const { builder, unit } = lowering
  const parameter = unit.context.parameters?.find(({ name }) => name === expression.name)
  const word = builder.load('i64', builder.context, parameter?.offset ?? 0)
  const type = lowering.typeOf(expression)
  return integerValue(type.kind === 'int' || type.kind === 'bool' ? castInteger(lowering, word, type) : word)
}

function lowerTupleItem(lowering: Lowering, operand: Expression, index: number): Value {
  return tupleItem(lowering, lowering.lower(operand), lowering.typeOf(operand), index).value
}

/** Lowers `++` and `--`; on maps atomically. When the value is not used, no old value is asked for. */
export function lowerIncrement(lowering: Lowering, expression: IncrementExpression, value: 'used' | 'unused'): Value {
  const { builder } = lowering
  const { target, operator, position } = expression
  const step = pointeeSize(lowering.typeOf(target)) * (operator === '++' ? 1 : -1)
  const amount = builder.i64(step)
  const old = target.kind === 'map' ? addToMap(lowering, target, { amount, old: value }) : addToVariable(lowering, target, amount)
  return integerValue(position === 'postfix' || value === 'unused' ? old : builder.binary('add', old, amount))
}

function addToVariable(lowering: Lowering, target: VariableExpression, amount: Operand): Operand {
  const { builder } = lowering
  const symbol = lowering.symbolOf(target)
  const slot = lowering.slotOf(symbol)
  const old = builder.load('i64', slot)
  const sum = builder.binary('add', old, amount)
  const type = symbol.type?.type
  builder.store(slot, type?.kind === 'int' ? castInteger(lowering, sum, type) : sum)
  return old
}
