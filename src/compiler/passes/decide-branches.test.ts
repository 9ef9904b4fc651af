import { expect, it } from 'vitest'
import { afterPass, tidy } from '../../../test/support/ir-text.ts'
import { decideBranches } from './decide-branches.ts'

const twoTests = (second: string) => `
  entry.1:
  %2: i64 = load [%0 + 0]
  %3: i1 = compare ult %2, i64 10
  branch %3, small.4, large.5
  small.4:
  %6: i1 = compare ${second}
  branch %6, yes.7, no.8
  large.5:
  return i64 1
  yes.7:
  return i64 2
  no.8:
  return i64 3`

it.each([
  ['ult %2, i64 20', 'i1 1'],
  ['uge %2, i64 10', 'i1 0'],
  ['eq %2, i64 5', '%6'],
])('behind "below 10", "%s" is %s', (second, condition) => {
  const expected = twoTests(second).replace('branch %6', `branch ${condition}`)
  expect(afterPass(decideBranches, twoTests(second))).toBe(tidy(expected))
})
it('knows nothing behind a place where ways meet', () => {
  const body = `
    entry.1:
    %2: i64 = load [%0 + 0]
    %3: i1 = compare ult %2, i64 10
    branch %3, small.4, join.5
    small.4:
    jump join.5
    join.5:
    %6: i1 = compare ult %2, i64 20
    branch %6, yes.7, no.8
    yes.7:
    return i64 2
    no.8:
    return i64 3`
  expect(afterPass(decideBranches, body)).toBe(tidy(body))
})
