/**
 * Arithmetic of the IR on constants: modulo 2^bits, shifts by the amount modulo the width, division by zero as BPF has it.
 */
import { BITS, type BinaryOperator, type Constant, type Convert, constant, type IntegerType, type Predicate, signedValue } from './ir.ts'

type Unsigned = (left: bigint, right: bigint, shift: bigint) => bigint

const UNSIGNED: Readonly<Record<Exclude<BinaryOperator, 'sdiv' | 'smod' | 'ashr'>, Unsigned>> = {
  add: (left, right) => left + right,
  sub: (left, right) => left - right,
  mul: (left, right) => left * right,
  udiv: (left, right) => (right === 0n ? 0n : left / right),
  umod: (left, right) => (right === 0n ? left : left % right),
  and: (left, right) => left & right,
  or: (left, right) => left | right,
  xor: (left, right) => left ^ right,
  shl: (left, _right, shift) => left << shift,
  lshr: (left, _right, shift) => left >> shift,
}

const SIGNED: Readonly<Record<'sdiv' | 'smod' | 'ashr', Unsigned>> = {
  sdiv: (left, right) => (right === 0n ? 0n : left / right),
  smod: (left, right) => (right === 0n ? left : left % right),
  ashr: (left, _right, shift) => left >> shift,
}

/** The value of a binary operation. */
export function evaluateBinary(operator: BinaryOperator, left: Constant, right: Constant): Constant {
  const shift = right.value & BigInt(BITS[left.type] - 1)
  if (operator === 'sdiv' || operator === 'smod' || operator === 'ashr') {
    return constant(left.type, SIGNED[operator](signedValue(left), signedValue(right), shift))
  }
  return constant(left.type, UNSIGNED[operator](left.value, right.value, shift))
}

const COMPARISONS: Readonly<Record<Predicate, (left: Constant, right: Constant) => boolean>> = {
  eq: (left, right) => left.value === right.value,
  ne: (left, right) => left.value !== right.value,
  ult: (left, right) => left.value < right.value,
  ule: (left, right) => left.value <= right.value,
  ugt: (left, right) => left.value > right.value,
  uge: (left, right) => left.value >= right.value,
  slt: (left, right) => signedValue(left) < signedValue(right),
  sle: (left, right) => signedValue(left) <= signedValue(right),
  sgt: (left, right) => signedValue(left) > signedValue(right),
  sge: (left, right) => signedValue(left) >= signedValue(right),
}

/** Whether a predicate holds between constants of one type. */
export function evaluateCompare(predicate: Predicate, left: Constant, right: Constant): boolean {
  return COMPARISONS[predicate](left, right)
}

/** The value of a conversion. */
export function evaluateConvert(operator: Exclude<Convert['operator'], 'address'>, value: Constant, type: IntegerType): Constant {
  return constant(type, operator === 'sext' ? signedValue(value) : value.value)
}
