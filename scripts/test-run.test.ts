/**
 * What `make test` prints, and when it fails.
 */
import { describe, expect, test } from 'vitest'
import { judgeRuns } from './test-run.ts'

describe('the verdict on test runs', () => {
  const unit = { passed: 10, failed: 0, skipped: [] }
  const kernel = { passed: 4, failed: 0, skipped: [{ test: 'links: kprobe', reason: 'no CONFIG_KPROBES' }] }

  test('runs are added up, with the reason of each skip', () => {
    expect(judgeRuns([unit, kernel], 1)).toEqual({
      text: 'skipped, 1: no CONFIG_KPROBES\n  links: kprobe\n14 passed, 0 failed, 1 skipped',
      good: true,
    })
  })

  test.each([
    ['a failure', [{ ...unit, failed: 1 }], undefined],
    ['nothing that passed', [{ ...unit, passed: 0 }], undefined],
    ['no run at all', [], undefined],
    ['a skip without a reason', [{ ...unit, skipped: [{ test: 'a' }] }], undefined],
    ['a skip too many', [unit, kernel], 0],
    ['a skip too few', [unit, kernel], 2],
  ])('%s is not good', (_name, runs, expected) => {
    expect(judgeRuns(runs, expected).good).toBe(false)
  })
})
