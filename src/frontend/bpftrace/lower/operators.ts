/**
 * Lowers operators on integers, by the rules of section 8.1 of the language reference.
 */
import { InternalError } from '../../../base/errors.ts'
import type { Span } from '../../../base/source-text.ts'
import type { BinaryOperator as IrOperator, Operand, Predicate } from '../../../compiler/ir/ir.ts'
import { sizeOf, type Type } from '../../../spec/types/type.ts'
import type { BinaryExpression, Expression, TernaryExpression, UnaryExpression } from '../ast.ts'
import { plain, promote, type StaticType } from '../check/static-type.ts'
import { compareArrays } from './aggregates.ts'
import { castInteger, isScalar } from './integers.ts'
import type { Lowering } from './lowering.ts'
import { readAt } from './memory.ts'
import { lowerDereference } from './program-values.ts'
import { sendRuntimeWarning } from './runtime-warning.ts'
import { storeValue } from './store.ts'
import { compareStrings } from './strings.ts'
import { compareTuples } from './tuples.ts'
import { integerValue, type Value } from './value.ts'

/** Division and shift to the right take their operands as unsigned, also signed ones: so does bpftrace. */
const ARITHMETIC: Readonly<Record<string, IrOperator>> = {
  '+': 'add',
  '-': 'sub',
  '*': 'mul',
  '/': 'udiv',
  '%': 'umod',
  '&': 'and',
  '|': 'or',
  '^': 'xor',
  '<<': 'shl',
  '>>': 'lshr',
}
const UNSIGNED: Readonly<Record<string, Predicate>> = { '==': 'eq', '!=': 'ne', '<': 'ult', '<=': 'ule', '>': 'ugt', '>=': 'uge' }
const SIGNED: Readonly<Record<string, Predicate>> = { '==': 'eq', '!=': 'ne', '<': 'slt', '<=': 'sle', '>': 'sgt', '>=': 'sge' }

/** What a division or modulo by zero yields. */
const DIVIDED_BY_ZERO = 1

/** True for operators whose result is a truth value. */
export function isLogical(operator: string): boolean {
  return operator in UNSIGNED || operator === '&&' || operator === '||'
}

/** Lowers an arithmetic operator. */
export function lowerArithmetic(lowering: Lowering, expression: BinaryExpression): Operand {
  const { builder } = lowering
  const left = scaled(lowering, expression.left, expression.right)
  const right = scaled(lowering, expression.right, expression.left)
  const operator = ARITHMETIC[expression.operator] ?? 'add'
  if (operator !== 'udiv' && operator !== 'umod') return builder.binary(operator, left, right)
  return divide(lowering, operator, { left, right, span: expression.span })
}

/** An integer that is added to a pointer counts what the pointer points to. */
function scaled(lowering: Lowering, expression: Expression, other: Expression): Operand {
  const operand = lowering.integer(expression)
  const type = lowering.typeOf(other)
  if (type.kind !== 'pointer' || lowering.typeOf(expression).kind === 'pointer') return operand
  return lowering.builder.binary('mul', operand, lowering.builder.i64(pointeeSize(type)))
}

/** Bytes that a step of a pointer is. */
export function pointeeSize(type: Type): number {
  return type.kind === 'pointer' && type.to !== undefined ? Math.max(1, sizeOf(type.to)) : 1
}

interface Division {
  readonly left: Operand
  readonly right: Operand
  readonly span: Span
}

function divide(lowering: Lowering, operator: 'udiv' | 'umod', { left, right, span }: Division): Operand {
  const { builder } = lowering
  if (right.kind === 'constant' && right.value !== 0n) return builder.binary(operator, left, right)
  const result = builder.stackSlot('quotient', 8)
  builder.store(result, builder.i64(DIVIDED_BY_ZERO))
  builder.when(
    builder.compare('ne', right, builder.i64(0)),
    () => builder.store(result, builder.binary(operator, left, right)),
    () => sendRuntimeWarning(lowering, 'division-by-zero', span),
  )
  return builder.load('i64', result)
}

/** Lowers a comparison or a logical operator to an i1. */
export function lowerLogical(lowering: Lowering, expression: BinaryExpression): Operand {
  if (expression.operator === '&&' || expression.operator === '||') return shortCircuit(lowering, expression)
  const { builder } = lowering
  const { kind } = lowering.typeOf(expression.left)
  if (kind === 'string') return compareStrings(lowering, expression)
  if (kind === 'array') return compareArrays(lowering, expression)
  if (kind === 'tuple' || kind === 'struct') return compareTuples(lowering, expression)
  const left = lowering.integer(expression.left)
  const right = lowering.integer(expression.right)
  const signed = comparesSigned(lowering.staticTypeOf(expression.left), lowering.staticTypeOf(expression.right))
  return builder.compare((signed ? SIGNED : UNSIGNED)[expression.operator] ?? 'eq', left, right)
}

function comparesSigned(left: StaticType, right: StaticType): boolean {
  const promoted = promote(integerOf(left), integerOf(right))
  return promoted !== undefined && promoted.type.kind === 'int' && promoted.type.signed
}

/** Booleans compare as small numbers. */
function integerOf(value: StaticType): StaticType {
  return value.type.kind === 'bool' ? plain({ kind: 'int', size: 1, signed: false }) : value
}

function shortCircuit(lowering: Lowering, { operator, left, right }: BinaryExpression): Operand {
  const { builder } = lowering
  const first = lowering.condition(left)
  const decided = builder.current
  const rest = builder.block('rest')
  const join = builder.block('join')
  if (operator === '&&') builder.branch(first, rest, join)
  else builder.branch(first, join, rest)
  builder.moveTo(rest)
  const second = lowering.condition(right)
  const end = builder.current
  builder.jump(join)
  builder.moveTo(join)
  return builder.phi('i1', [
    { block: decided, value: builder.constant('i1', operator === '&&' ? 0 : 1) },
    { block: end, value: second },
  ])
}

/** Lowers `-`, `~` and `*`; `!` is a condition. */
export function lowerUnary(lowering: Lowering, expression: UnaryExpression): Value {
  const { builder } = lowering
  if (expression.operator === '&') return integerValue(addressOf(lowering, expression.operand))
  const pointer = lowering.typeOf(expression.operand)
  if (expression.operator === '*' && pointer.kind === 'pointer') return lowerDereference(lowering, expression.operand, pointer)
  const type = lowering.typeOf(expression)
  const operand = lowering.integer(expression.operand)
  if (expression.operator === '-') return integerValue(castOperand(lowering, builder.binary('sub', builder.i64(0), operand), type))
  if (expression.operator === '~') return integerValue(castOperand(lowering, builder.binary('xor', operand, builder.i64(-1)), type))
  return readAt(lowering, operand, { type, space: lowering.staticTypeOf(expression.operand).space ?? lowering.unit.context.space })
}

function addressOf(lowering: Lowering, operand: Expression): Operand {
  const { builder } = lowering
  if (operand.kind === 'variable') return builder.addressOf(lowering.slotOf(lowering.symbolOf(operand)))
  if (operand.kind !== 'map') throw new InternalError(`a ${operand.kind} has no address`)
  return builder.addressOf(builder.map(lowering.planOf(operand.name).spec.name))
}

/** Lowers `c ? a : b`; only one arm is evaluated. */
export function lowerTernary(lowering: Lowering, expression: TernaryExpression): Value {
  const { builder } = lowering
  const decision = lowering.decisionOf(expression)
  if (decision !== undefined) return lowering.lower(decision ? (expression.then ?? expression.condition) : expression.otherwise)
  const type = lowering.typeOf(expression)
  if (expression.then === undefined) return lowerElvis(lowering, expression, type)
  const { then, otherwise } = expression
  const slot = type.kind === 'none' ? undefined : builder.stackSlot('choice', Math.ceil(sizeOf(type) / 8) * 8)
  const arm = (chosen: Expression) => () => {
    const value = lowering.lower(chosen)
    if (slot !== undefined && !builder.terminated) storeArm(lowering, { value, from: lowering.typeOf(chosen), slot, type })
  }
  builder.when(lowering.condition(expression.condition), arm(then), arm(otherwise))
  return slot === undefined ? { kind: 'none' } : loadArm(lowering, slot, type)
}

/** `a ?: b`: `a` is evaluated once. */
function lowerElvis(lowering: Lowering, { condition, otherwise }: TernaryExpression, type: Type): Value {
  const { builder } = lowering
  const slot = builder.stackSlot('choice', 8)
  const first = castOperand(lowering, lowering.integer(condition), type)
  builder.store(slot, first)
  builder.when(builder.compare('eq', first, builder.i64(0)), () =>
    builder.store(slot, castOperand(lowering, lowering.integer(otherwise), type)),
  )
  return integerValue(builder.load('i64', slot))
}

function castOperand(lowering: Lowering, operand: Operand, type: Type): Operand {
  return type.kind === 'int' || type.kind === 'bool' ? castInteger(lowering, operand, type) : operand
}

function storeArm(lowering: Lowering, of: { value: Value; from: Type; slot: Operand; type: Type }): void {
  const { value, from, slot, type } = of
  if (isScalar(type) && value.kind === 'integer') lowering.builder.store(slot, castOperand(lowering, value.operand, type))
  else storeValue(lowering, { value, from, place: { pointer: slot, offset: 0 }, to: type })
}

function loadArm({ builder }: Lowering, slot: Operand, type: Type): Value {
  return isScalar(type) ? integerValue(builder.load('i64', slot)) : { kind: 'memory', place: { pointer: slot, offset: 0 } }
}
