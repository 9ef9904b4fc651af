import { describe, expect, it } from 'vitest'
import { median, medianRatio } from './statistics.ts'

describe('statistics', () => {
  it.each([
    ['one value', [7], 7],
    ['an odd number of values, in any order', [9, 1, 5], 5],
    ['an even number: the mean of the two in the middle', [4, 1, 3, 2], 2.5],
    ['numbers are not compared as text', [10, 9, 100], 10],
  ])('median of %s', (_name, values, expected) => {
    expect(median(values)).toBe(expected)
  })
  it('median of nothing is not a number', () => {
    expect(median([])).toBeNaN()
  })
  it('ratios are taken pair by pair', () => {
    expect(medianRatio([1, 20, 300], [2, 10, 100])).toBe(2)
  })
})
