import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type BucketRange,
  linearBucketCount,
  linearBucketIndex,
  linearBucketRange,
  log2BucketCount,
  log2BucketIndex,
  log2BucketRange,
} from './histogram.ts'

const int64 = fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n })
const bits = fc.integer({ min: 0, max: 5 })

function contains({ min, max }: BucketRange, n: bigint): boolean {
  return (min === undefined || n >= min) && (max === undefined || n <= max)
}

describe('log2 buckets', () => {
  test.each([
    ['negative', -1n, 0, 0],
    ['zero', 0n, 0, 1],
    ['one', 1n, 0, 2],
    ['a power of two begins a bucket', 1024n, 0, 12],
    ['one below it ends the one before', 1023n, 0, 11],
    ['the largest', (1n << 63n) - 1n, 0, 64],
    ['the sign bit makes it negative', 1n << 63n, 0, 0],
    ['exact below 2^bits', 3n, 2, 4],
    ['exact below 2 * 2^bits', 7n, 2, 8],
    ['two in a bucket', 9n, 2, 9],
    ['sub-bucket by the bits behind the top one', 0b1011_0000n, 2, 26],
  ])('%s', (_name, value, k, index) => {
    expect(log2BucketIndex(value, k)).toBe(index)
  })

  test('a number is in its bucket, and no bucket is beyond the count', () => {
    fc.assert(
      fc.property(int64, bits, (n, k) => {
        const index = log2BucketIndex(n, k)
        expect(contains(log2BucketRange(index, k), n)).toBe(true)
        expect(index).toBeLessThan(log2BucketCount(k))
      }),
    )
  })

  test.each([0, 1, 2, 3, 4, 5])('with %i bits the buckets follow one another up to 2^63 - 1', (k) => {
    const count = log2BucketCount(k)
    for (let index = 1; index < count; index++) {
      expect(log2BucketRange(index, k).min).toBe((log2BucketRange(index - 1, k).max ?? 0n) + 1n)
    }
    expect(log2BucketRange(count - 1, k).max).toBe((1n << 63n) - 1n)
  })

  test.each([
    [0, 65],
    [1, 127],
    [2, 249],
    [5, 1889],
  ])('%i bits make %i buckets', (k, count) => {
    expect(log2BucketCount(k)).toBe(count)
  })
})

describe('linear buckets', () => {
  const scale = { min: 0n, max: 9n, step: 2n }
  test.each([
    ['below', -1n, 0],
    ['the minimum', 0n, 1],
    ['inside', 5n, 3],
    ['the rest behind the last whole step', 8n, 5],
    ['the maximum', 9n, 5],
    ['above', 10n, 5],
    ['above the sign bit is below', (1n << 64n) - 1n, 0],
  ])('%s', (_name, value, index) => {
    expect(linearBucketIndex(value, scale)).toBe(index)
  })

  test('the ends are open', () => {
    expect(linearBucketRange(0, scale)).toEqual({ max: -1n })
    expect(linearBucketRange(linearBucketCount(scale) - 1, scale)).toEqual({ min: 8n })
  })

  test('a number is in its bucket', () => {
    const scales = fc
      .tuple(fc.bigInt({ min: 0n, max: 1n << 40n }), fc.bigInt({ min: 1n, max: 1n << 20n }), fc.bigInt({ min: 1n, max: 999n }), fc.nat(100))
      .map(([min, step, steps, rest]) => ({ min, step, max: min + step * steps + (BigInt(rest) % step) }))
    fc.assert(
      fc.property(scales, int64, fc.nat(1 << 20), (linear, n, near) => {
        for (const value of [n, linear.min + BigInt(near), linear.max - BigInt(near)]) {
          const index = linearBucketIndex(value, linear)
          expect(contains(linearBucketRange(index, linear), value)).toBe(true)
          expect(index).toBeLessThan(linearBucketCount(linear))
        }
      }),
    )
  })
})
