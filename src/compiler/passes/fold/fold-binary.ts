/**
 * Folding of arithmetic: constants, identities, powers of two, and chains of constants.
 */
import { evaluateBinary } from '../../ir/evaluate.ts'
import { BITS, type BinaryOperator, type Constant, constant, type IntegerType, type Operand } from '../../ir/ir.ts'
import { bitsOfValue } from '../../ir/known-bits.ts'
import { INVERTED } from '../../ir/predicates.ts'
import type { FoldRule, Kind, Make } from './rule.ts'

type Binary = Kind<'binary'>

const COMMUTATIVE: ReadonlySet<BinaryOperator> = new Set(['add', 'mul', 'and', 'or', 'xor'])

/** Simplifies one binary operation. */
export const foldBinary: FoldRule<Binary> = (binary, make) => {
  const { operator, left, right } = binary
  if (left.kind === 'constant' && right.kind === 'constant') return evaluateBinary(operator, left, right)
  if (left.kind === 'constant' && COMMUTATIVE.has(operator)) return make({ ...binary, left: right, right: left })
  if (left === right) return foldEqualOperands(binary)
  if (right.kind === 'constant') return foldConstantRight(binary, right, make)
  if (isTruth(left) && isTruth(right) && (operator === 'and' || operator === 'or' || operator === 'xor')) {
    const both = make({ ...binary, type: 'i1', left: left.value, right: right.value })
    return make({ kind: 'convert', type: binary.type, operator: 'zext', value: both })
  }
  return left.kind === 'constant' && left.value === 0n ? foldZeroLeft(binary, left) : undefined
}

/** A condition that was widened: what logic makes of two of them is widened behind it instead. */
const isTruth = (value: Operand): value is Kind<'convert'> =>
  value.kind === 'convert' && value.operator === 'zext' && value.value.type === 'i1'

function foldEqualOperands({ operator, left, type }: Binary): Operand | undefined {
  if (operator === 'sub' || operator === 'xor') return constant(type as IntegerType, 0)
  return operator === 'and' || operator === 'or' ? left : undefined
}

/** Zero stays zero under these. */
function foldZeroLeft({ operator }: Binary, zero: Constant): Operand | undefined {
  return operator === 'sub' ? undefined : zero
}

function foldConstantRight(binary: Binary, right: Constant, make: Make): Operand | undefined {
  return (
    foldIdentity(binary, right) ??
    foldMask(binary, right, make) ??
    foldInvertedCompare(binary, right, make) ??
    foldStrength(binary, right, make) ??
    foldChain(binary, right, make)
  )
}

/** `x + 0` and its like. */
function foldIdentity({ operator, left, type }: Binary, right: Constant): Operand | undefined {
  const value = right.value
  const ones = constant(type as IntegerType, -1).value
  switch (operator) {
    case 'add':
    case 'sub':
    case 'xor':
      return value === 0n ? left : undefined
    case 'shl':
    case 'lshr':
    case 'ashr':
      return (value & BigInt(BITS[right.type] - 1)) === 0n ? left : undefined
    case 'or':
      return value === 0n ? left : value === ones ? right : undefined
    case 'and':
      return value === ones ? left : value === 0n ? right : undefined
    case 'mul':
      return value === 1n ? left : value === 0n ? right : undefined
    case 'udiv':
    case 'sdiv':
      return value === 1n ? left : value === 0n ? right : undefined
    case 'umod':
    case 'smod':
      return value === 0n ? left : value === 1n ? constant(right.type, 0) : undefined
  }
}

/** A mask that covers all that can be set does nothing; that of 32 bits is a narrowing, which needs no wide constant. */
function foldMask({ operator, left, type }: Binary, right: Constant, make: Make): Operand | undefined {
  if (operator !== 'and' || (right.value & (right.value + 1n)) !== 0n) return undefined
  if (bitsOfValue(left) <= right.value.toString(2).length) return left
  if (type !== 'i64' || right.value !== 0xffff_ffffn) return undefined
  const low = make({ kind: 'convert', type: 'i32', operator: 'trunc', value: left })
  return make({ kind: 'convert', type: 'i64', operator: 'zext', value: low })
}

/** `not` of a comparison is the opposite comparison. */
function foldInvertedCompare({ operator, left, type }: Binary, right: Constant, make: Make): Operand | undefined {
  if (operator !== 'xor' || type !== 'i1' || right.value !== 1n || left.kind !== 'compare') return undefined
  return make({ ...left, predicate: INVERTED[left.predicate] })
}

/** Multiplication and unsigned division by powers of two; subtraction as addition, so that chains meet. */
function foldStrength(binary: Binary, right: Constant, make: Make): Operand | undefined {
  const { operator } = binary
  const type = right.type
  if (operator === 'sub') return make({ ...binary, operator: 'add', right: constant(type, -right.value) })
  const exponent = exponentOf(right.value)
  if (exponent === undefined) return undefined
  if (operator === 'mul') return make({ ...binary, operator: 'shl', right: constant(type, exponent) })
  if (operator === 'udiv') return make({ ...binary, operator: 'lshr', right: constant(type, exponent) })
  if (operator === 'umod') return make({ ...binary, operator: 'and', right: constant(type, right.value - 1n) })
  return undefined
}

function exponentOf(value: bigint): number | undefined {
  if (value === 0n || (value & (value - 1n)) !== 0n) return undefined
  return value.toString(2).length - 1
}

/** `(x op a) op b` to `x op (a op b)`. */
function foldChain(binary: Binary, right: Constant, make: Make): Operand | undefined {
  const { operator, left } = binary
  if (left.kind !== 'binary' || left.operator !== operator || left.right.kind !== 'constant') return undefined
  const inner = left.right
  if (COMMUTATIVE.has(operator)) return make({ ...binary, left: left.left, right: evaluateBinary(operator, inner, right) })
  if (operator !== 'shl' && operator !== 'lshr') return undefined
  const sum = inner.value + right.value
  if (inner.value >= BITS[right.type] || right.value >= BITS[right.type]) return undefined
  if (sum >= BITS[right.type]) return constant(right.type, 0)
  return make({ ...binary, left: left.left, right: constant(right.type, sum) })
}
