/**
 * Buckets of `hist` (powers of two, each cut into 2^bits) and `lhist` (steps of equal width): which bucket a number falls
 * into, and which numbers a bucket holds. Code generation emits these formulas; decoding and labels read them here.
 * Numbers are 64-bit signed, as in section 5.1 and 5.2 of the language reference.
 */

/** The numbers in a bucket, both ends included; an absent end is open. */
export interface BucketRange {
  readonly min?: bigint
  readonly max?: bigint
}

/** The steps of an `lhist`: below `min`, then one bucket for each whole `step` up to `max`, then the rest. */
export interface LinearScale {
  readonly min: bigint
  readonly max: bigint
  readonly step: bigint
}

/** The largest number that a bucket can hold: 2^63 - 1. */
const LARGEST = (1n << 63n) - 1n

/** How many buckets a `hist` of `bits` (0..5) has. */
export function log2BucketCount(bits: number): number {
  return log2BucketIndex(LARGEST, bits) + 1
}

/**
 * The bucket of a number in a `hist` of `bits` (0..5): 0 for negative ones, `n + 1` below 2^bits, then by the position of the top
 * bit and the `bits` bits behind it.
 */
export function log2BucketIndex(value: bigint, bits: number): number {
  const n = BigInt.asIntN(64, value)
  if (n < 0n) return 0
  if (n < 1n << BigInt(bits)) return Number(n) + 1
  const topBit = n.toString(2).length - 1
  const shift = topBit - bits
  const subBucket = Number(n >> BigInt(shift)) - 2 ** bits
  return (shift + 1) * 2 ** bits + subBucket + 1
}

/** The numbers in bucket `index` of a `hist` of `bits`. */
export function log2BucketRange(index: number, bits: number): BucketRange {
  if (index === 0) return { max: -1n }
  return { min: log2BucketStart(index, bits), max: log2BucketStart(index + 1, bits) - 1n }
}

function log2BucketStart(index: number, bits: number): bigint {
  const perPower = 2 ** bits
  const position = index - 1
  if (position < perPower) return BigInt(position)
  const power = Math.floor(position / perPower) - 1
  return BigInt(perPower + (position % perPower)) << BigInt(power)
}

/** How many buckets an `lhist` has, the two open ones included. */
export function linearBucketCount(scale: LinearScale): number {
  return Number((scale.max - scale.min) / scale.step) + 2
}

/** The bucket of a number in an `lhist`: 0 below `min`, the last above `max`. `max` itself falls where the step puts it. */
export function linearBucketIndex(value: bigint, scale: LinearScale): number {
  const n = BigInt.asIntN(64, value)
  if (n < scale.min) return 0
  if (n > scale.max) return linearBucketCount(scale) - 1
  return Number((n - scale.min) / scale.step) + 1
}

/** The numbers in bucket `index` of an `lhist`. */
export function linearBucketRange(index: number, scale: LinearScale): BucketRange {
  if (index === 0) return { max: scale.min - 1n }
  const min = scale.min + BigInt(index - 1) * scale.step
  return index === linearBucketCount(scale) - 1 ? { min } : { min, max: min + scale.step - 1n }
}
