import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { editDistance, nearestNames } from './nearest-names.ts'

/** The textbook form, over the whole matrix. */
function slowDistance(a: string, b: string): number {
  const d = Array.from({ length: a.length + 1 }, (_, i) => Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)))
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const best = Math.min(d[i - 1]![j]! + 1, d[i]![j - 1]! + 1, d[i - 1]![j - 1]! + Number(a[i - 1] !== b[j - 1]))
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      d[i]![j] = swapped ? Math.min(best, d[i - 2]![j - 2]! + 1) : best
    }
  }
  return d[a.length]![b.length]!
}

test('the distance is that of the textbook, up to its limit', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 9 })
  fc.assert(
    fc.property(word, word, fc.nat(4), (a, b, limit) => {
      const slow = slowDistance(a, b)
      const fast = editDistance(a, b, limit)
      expect(slow <= limit ? fast : fast > limit).toBe(slow <= limit ? slow : true)
    }),
    { numRuns: 2000 },
  )
})

describe('suggestions', () => {
  const names = ['main.doWork', 'main.doWorker', 'main.main', 'readline', 'readlink', 'pthread_mutex_lock', 'pthread_mutex_unlock']
  test.each([
    ['a letter wrong', 'main.doWurk', ['main.doWork']],
    ['two letters swapped', 'main.mian', ['main.main']],
    ['another case', 'main.dowork', ['main.doWork']],
    ['no package', 'doWork', ['main.doWork']],
    ['no package and a letter missing', 'doWrk', ['main.doWork']],
    ['part of a name', 'mutex', ['pthread_mutex_lock', 'pthread_mutex_unlock']],
    ['two that are near', 'readlin', ['readline', 'readlink']],
    ['nothing like it', 'zzzzzzzz', []],
    ['the name itself is no suggestion', 'main.main', []],
  ])('%s', (_name, wanted, found) => {
    expect(nearestNames(wanted, names)).toEqual(found)
  })

  test('100,000 names take less than a second', () => {
    const many = Array.from({ length: 100_000 }, (_, i) => `example.com/some/package${i % 100}.(*Type${i}).Method${i % 7}`)
    const start = process.cpuUsage()
    expect(nearestNames('example.com/some/package7.(*Type7).Methud0', many)[0]).toBe('example.com/some/package7.(*Type7).Method0')
    // Of the processor, since others use it too.
    expect(process.cpuUsage(start).user / 1000).toBeLessThan(1000)
  })
})
