/**
 * How large a value can be at most, as far as its own operands tell: enough to see that masks and extensions do nothing. Only
 * what the verifier knows as well counts, which forgets about quotients, and about shifts by an amount that it does not know: a
 * mask may be what keeps an index in its range.
 */
import { BITS, type IntegerType, isIntegerType, type Operand } from './ir.ts'

/** How far to look: deeper chains do not occur in what front-ends write. */
const MOST_STEPS = 6

/** The number of low bits that a value fits in, read as unsigned. */
export function bitsOfValue(value: Operand, steps = 0): number {
  const width = isIntegerType(value.type) ? BITS[value.type as IntegerType] : 64
  if (value.kind === 'constant') return value.value.toString(2).length
  if (steps === MOST_STEPS) return width
  const bits = (operand: Operand) => bitsOfValue(operand, steps + 1)
  if (value.kind === 'convert') return value.operator === 'sext' ? width : Math.min(width, bits(value.value))
  if (value.kind !== 'binary') return width
  const { operator, left, right } = value
  switch (operator) {
    case 'and':
      return Math.min(bits(left), bits(right))
    case 'or':
    case 'xor':
      return Math.max(bits(left), bits(right))
    case 'add':
      return Math.min(width, Math.max(bits(left), bits(right)) + 1)
    case 'lshr':
      return right.kind === 'constant' && right.value < BigInt(width) ? Math.max(1, bits(left) - Number(right.value)) : width
    case 'shl':
      return right.kind === 'constant' && right.value < BigInt(width) ? Math.min(width, bits(left) + Number(right.value)) : width
    default:
      return width
  }
}

/** The bits that may be set in a value of 64 bits: a mask that changes nothing in it. As exact as masks, extensions and shifts tell. */
export function possibleBits(value: Operand, steps = 0): bigint {
  if (value.kind === 'constant') return value.value
  const bits = (operand: Operand) => possibleBits(operand, steps + 1)
  if (steps < MOST_STEPS) {
    if (value.kind === 'convert' && value.operator !== 'sext') return bits(value.value) & allBits(bitsOfValue(value))
    if (value.kind === 'binary' && value.operator === 'and') return bits(value.left) & bits(value.right)
    if (value.kind === 'binary' && (value.operator === 'or' || value.operator === 'xor')) return bits(value.left) | bits(value.right)
    if (value.kind === 'binary' && value.operator === 'shl' && value.right.kind === 'constant' && value.right.value < 64n)
      return (bits(value.left) << value.right.value) & allBits(bitsOfValue(value))
  }
  return allBits(bitsOfValue(value))
}

const allBits = (count: number): bigint => (1n << BigInt(count)) - 1n
