/**
 * What a comparison that went one way says of another: the same operands in another relation, or the same value beside another
 * constant.
 */
import { evaluateCompare } from '../ir/evaluate.ts'
import { BITS, type Compare, type Constant, constant, type IntegerType, isIntegerType, type Operand, type Predicate } from '../ir/ir.ts'

/** The outcomes that make each predicate true: less, equal, greater. */
const OUTCOMES: Readonly<Record<string, number>> = { lt: 1, eq: 2, le: 3, gt: 4, ne: 5, ge: 6 }

const orderOf = (predicate: Predicate): 'unsigned' | 'signed' | 'any' =>
  predicate === 'eq' || predicate === 'ne' ? 'any' : predicate.startsWith('u') ? 'unsigned' : 'signed'
const outcomesOf = (predicate: Predicate): number => OUTCOMES[orderOf(predicate) === 'any' ? predicate : predicate.slice(1)] ?? 0

/** Whether `asked` holds where `known` does; undefined when that does not follow. */
export function impliedTruth(known: Pick<Compare, 'predicate' | 'left' | 'right'>, asked: Compare): boolean | undefined {
  if (known.left !== asked.left) return undefined
  if (sameOperand(known.right, asked.right)) return sameOperands(known.predicate, asked.predicate)
  if (known.right.kind !== 'constant' || asked.right.kind !== 'constant' || !isIntegerType(asked.left.type)) return undefined
  return otherConstant({ predicate: known.predicate, right: known.right }, { predicate: asked.predicate, right: asked.right })
}

function sameOperand(a: Operand, b: Operand): boolean {
  return a === b || (a.kind === 'constant' && b.kind === 'constant' && a.type === b.type && a.value === b.value)
}

function sameOperands(known: Predicate, asked: Predicate): boolean | undefined {
  const orders = new Set([orderOf(known), orderOf(asked)])
  if (orders.has('unsigned') && orders.has('signed')) return undefined
  return decided(outcomesOf(known), outcomesOf(asked))
}

/** All of what may be is asked for, or none of it. */
function decided(possible: number, asked: number): boolean | undefined {
  if ((possible & ~asked) === 0) return true
  return (possible & asked) === 0 ? false : undefined
}

interface Bound {
  readonly predicate: Predicate
  readonly right: Constant
}

/** `known` leaves a range of values; when `asked` says the same of both its ends, in its own order, it says so of all. */
function otherConstant(known: Bound, asked: Bound): boolean | undefined {
  const range = rangeOf(known)
  if (range === undefined) return undefined
  const [low, high] = range
  const single = low.value === high.value
  const order = orderOf(asked.predicate)
  if (order === 'any' && !single) return outside(asked.right, range, orderOf(known.predicate)) ? asked.predicate === 'ne' : undefined
  if (!single && order !== orderOf(known.predicate)) return undefined
  const [first, last] = [low, high].map((end) => evaluateCompare(asked.predicate, end, asked.right))
  return first === last ? first : undefined
}

function outside(value: Constant, [low, high]: readonly [Constant, Constant], order: 'unsigned' | 'signed' | 'any'): boolean {
  const less: Predicate = order === 'signed' ? 'slt' : 'ult'
  return evaluateCompare(less, value, low) || evaluateCompare(less, high, value)
}

/** The values, in the predicate's own order, for which it holds; undefined when they are no range. */
function rangeOf({ predicate, right }: Bound): readonly [Constant, Constant] | undefined {
  const type = right.type as IntegerType
  const bits = BigInt(BITS[type])
  const signed = orderOf(predicate) === 'signed'
  const lowest = constant(type, signed ? -(1n << (bits - 1n)) : 0n)
  const highest = constant(type, signed ? (1n << (bits - 1n)) - 1n : -1n)
  const next = (by: bigint) => constant(type, right.value + by)
  switch (outcomesOf(predicate)) {
    case OUTCOMES.lt:
      return right.value === lowest.value ? undefined : [lowest, next(-1n)]
    case OUTCOMES.le:
      return [lowest, right]
    case OUTCOMES.gt:
      return right.value === highest.value ? undefined : [next(1n), highest]
    case OUTCOMES.ge:
      return [right, highest]
    case OUTCOMES.eq:
      return [right, right]
    default:
      return undefined
  }
}
