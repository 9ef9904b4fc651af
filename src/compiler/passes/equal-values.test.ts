import { expect, it } from 'vitest'
import { afterPass, tidy } from '../../../test/support/ir-text.ts'
import { equalValues } from './equal-values.ts'

it('puts the constant in for the value where a branch has found them equal, in phis too', () => {
  const body = (inside: string, phi: string) => `
    entry.1:
    %2: i64 = load [%0 + 0]
    %3: i1 = compare eq %2, i64 7
    branch %3, equal.4, join.5
    equal.4:
    %6: i64 = add ${inside}, i64 1
    jump join.5
    join.5:
    %8: i64 = phi [entry.1: %2], [equal.4: ${phi}]
    %9: i64 = add %8, %2
    return %9`
  expect(afterPass(equalValues, body('%2', '%6'))).toBe(tidy(body('i64 7', '%6')))
  // The phi is the value on both ways.
  expect(afterPass(equalValues, body('%6x', 'i64 7').replace('%6x', 'i64 1'))).toBe(tidy(body('i64 1', '%2')))
})
it('knows the other side of "not equal", and nothing of pointers and wide constants', () => {
  const body = (predicate: string, constant: string, returned: string) => `
    entry.1:
    %2: i64 = load [%0 + 0]
    %3: i1 = compare ${predicate} %2, i64 ${constant}
    branch %3, one.4, other.5
    one.4:
    return i64 0
    other.5:
    return ${returned}`
  expect(afterPass(equalValues, body('ne', '5', '%2'))).toBe(tidy(body('ne', '5', 'i64 5')))
  expect(afterPass(equalValues, body('ult', '5', '%2'))).toBe(tidy(body('ult', '5', '%2')))
  expect(afterPass(equalValues, body('ne', '4294967296', '%2'))).toBe(tidy(body('ne', '4294967296', '%2')))
})
