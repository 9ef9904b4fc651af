/**
 * Actions that compute: operators, conversions, and many values at once over a call, so that registers run out.
 */
import {
  BINARY_OPERATORS,
  type BinaryOperator,
  type IntegerType,
  type Operand,
  PREDICATES,
  type Predicate,
} from '../../../src/compiler/ir/ir.ts'
import type { Maker } from './maker.ts'
import { lookUp } from './memory.ts'
import type { Step } from './step.ts'

/** The operands of a step, of one type; the right one may be a constant. */
function operandsOf(maker: Maker, step: Step): readonly [left: Operand, right: Operand, type: IntegerType] {
  const type: IntegerType = step.wide ? 'i64' : 'i32'
  const left = maker.as(maker.pick(step.a), type)
  const right = step.choice % 3 === 0 ? maker.builder.constant(type, step.value) : maker.as(maker.pick(step.b), type)
  return [left, right, type]
}

const operatorOf = (choice: number): BinaryOperator => BINARY_OPERATORS[choice % BINARY_OPERATORS.length] as BinaryOperator

/** The comparison of a step. */
export function conditionOf(maker: Maker, step: Step): Operand {
  const [left, right] = operandsOf(maker, step)
  return maker.builder.compare(PREDICATES[step.choice % PREDICATES.length] as Predicate, left, right)
}

/** `left operator right`. */
export function binary(maker: Maker, step: Step): void {
  const [left, right] = operandsOf(maker, step)
  maker.keep(maker.builder.binary(operatorOf(step.choice), left, right))
}
/** A constant. */
export function constant(maker: Maker, step: Step): void {
  maker.keep(maker.builder.constant(step.wide ? 'i64' : 'i32', step.value))
}
/** A truth value as a number, 1 or -1. */
export function compare(maker: Maker, step: Step): void {
  maker.keep(maker.as(conditionOf(maker, step), step.wide ? 'i64' : 'i32', step.b % 2 === 0))
}
/** There and back through a narrow type. */
export function convert(maker: Maker, step: Step): void {
  const narrow = (['i8', 'i16', 'i32', 'i1'] as const)[step.choice % 4] as IntegerType
  const [left] = operandsOf(maker, step)
  maker.keep(maker.as(maker.as(left, narrow), 'i64', step.b % 2 === 0))
}

/** Values that are all needed behind a call, more than there are registers that a call leaves alone. */
export function pressure(maker: Maker, step: Step): void {
  const { builder } = maker
  const values = Array.from({ length: 5 + (step.choice % 8) }, (_, i) => {
    const left = maker.as(maker.pick(step.a + i), 'i64')
    return builder.binary(operatorOf(step.b + i), left, builder.i64(step.value + BigInt(i)))
  })
  lookUp(maker, maker.as(maker.pick(step.b), 'i32'), values[0] as Operand)
  maker.keep(values.reduce((sum, value, i) => builder.binary(i % 2 === 0 ? 'add' : 'xor', sum, value)))
  maker.keep(values.at(-1) as Operand)
}
