/**
 * Ranges of integers, exact and unbounded: what the front-end knows of every value. They decide whether arithmetic is still
 * exact in one register, needs two, or cannot be honoured. Interval arithmetic; every result covers all possible answers.
 */

/** All integers from `min` to `max`, both included. */
export interface Range {
  readonly min: bigint
  readonly max: bigint
}

/** What an unsigned 64-bit place holds. */
export const UINT64_RANGE: Range = { min: 0n, max: (1n << 64n) - 1n }
/** What a signed 64-bit place holds. */
export const INT64_RANGE: Range = { min: -(1n << 63n), max: (1n << 63n) - 1n }
/** What a `number` holds exactly. */
export const SAFE_RANGE: Range = { min: BigInt(Number.MIN_SAFE_INTEGER), max: BigInt(Number.MAX_SAFE_INTEGER) }
/** What ToInt32 answers. */
export const INT32_RANGE: Range = { min: -(1n << 31n), max: (1n << 31n) - 1n }
/** What an unsigned 32-bit place holds. */
export const UINT32_RANGE: Range = { min: 0n, max: (1n << 32n) - 1n }
const UINT128_RANGE: Range = { min: 0n, max: (1n << 128n) - 1n }
const INT128_RANGE: Range = { min: -(1n << 127n), max: (1n << 127n) - 1n }

/** The range of a two's complement or unsigned integer of `bits` bits. */
export function rangeOfBits(bits: number, signed: boolean): Range {
  const size = 1n << BigInt(signed ? bits - 1 : bits)
  return { min: signed ? -size : 0n, max: size - 1n }
}
/** The range of one value. */
export function exactly(value: bigint): Range {
  return { min: value, max: value }
}
/** True when every value of `inner` is in `outer`. */
export function within(inner: Range, outer: Range): boolean {
  return inner.min >= outer.min && inner.max <= outer.max
}
/** True when `value` may be in `range`. */
export function includes(range: Range, value: bigint): boolean {
  return range.min <= value && value <= range.max
}
/** True when one 64-bit register holds every value: unsigned when none is negative, else signed. */
export function fits64(range: Range): boolean {
  return within(range, UINT64_RANGE) || within(range, INT64_RANGE)
}
/** True when two registers hold every value: unsigned when none is negative, else signed. */
export function fits128(range: Range): boolean {
  return within(range, UINT128_RANGE) || within(range, INT128_RANGE)
}

/** The smallest range that covers both. */
export function union(a: Range, b: Range): Range {
  return { min: least(a.min, b.min), max: greatest(a.max, b.max) }
}
/** What is in both, or undefined when nothing is. */
export function intersect(a: Range, b: Range): Range | undefined {
  const range = { min: greatest(a.min, b.min), max: least(a.max, b.max) }
  return range.min <= range.max ? range : undefined
}

/** One operator on ranges. */
export type RangeOperator = (a: Range, b: Range) => Range

/** The range of `a + b`. */
export const addRange: RangeOperator = (a, b) => ({ min: a.min + b.min, max: a.max + b.max })
/** The range of `a - b`. */
export const subtractRange: RangeOperator = (a, b) => ({ min: a.min - b.max, max: a.max - b.min })
/** The range of `a * b`. */
export const multiplyRange: RangeOperator = (a, b) => cover([a.min * b.min, a.min * b.max, a.max * b.min, a.max * b.max])

/** Division that truncates toward zero; 0 in `b` is left out. */
export const divideRange: RangeOperator = (a, b) => {
  const divisors = [b.min, b.max, -1n, 1n].filter((divisor) => divisor !== 0n && includes(b, divisor))
  const quotients = divisors.flatMap((divisor) => [a.min / divisor, a.max / divisor])
  return cover(includes(a, 0n) || divisors.length === 0 ? [...quotients, 0n] : quotients)
}
/** The remainder that has the sign of the dividend; 0 in `b` is left out. */
export const remainderRange: RangeOperator = (a, b) => {
  const largest = greatest(magnitude(b.min), magnitude(b.max))
  const below = largest === 0n ? 0n : largest - 1n
  return { min: a.min < 0n ? -least(below, -a.min) : 0n, max: a.max > 0n ? least(below, a.max) : 0n }
}
export const andRange: RangeOperator = (a, b) => {
  if (a.min >= 0n && b.min >= 0n) return { min: 0n, max: least(a.max, b.max) }
  if (a.min >= 0n) return { min: 0n, max: a.max }
  if (b.min >= 0n) return { min: 0n, max: b.max }
  return signedBits(a, b)
}
/** Covers both `|` and `^`. */
export const orRange: RangeOperator = (a, b) => {
  if (a.min < 0n || b.min < 0n) return signedBits(a, b)
  return { min: 0n, max: (1n << bitLength(greatest(a.max, b.max))) - 1n }
}

function signedBits(a: Range, b: Range): Range {
  const ends = [a.min, a.max, b.min, b.max].map((end) => bitLength(end < 0n ? -end - 1n : end))
  const size = 1n << ends.reduce(greatest)
  return { min: -size, max: size - 1n }
}
function bitLength(value: bigint): bigint {
  return value === 0n ? 0n : BigInt(value.toString(2).length)
}
function cover(values: readonly bigint[]): Range {
  return { min: values.reduce(least), max: values.reduce(greatest) }
}
function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value
}
function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}
function greatest(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}
