import { describe, expect, it } from 'vitest'
import { afterPass, tidy } from '../../../test/support/ir-text.ts'
import { splitConditions } from './split-conditions.ts'

const decided = (operator: string) => `
  entry.1:
  %2: i64 = load [%0 + 0]
  %3: i1 = compare ult %2, i64 10
  %4: i1 = compare ne %2, i64 5
  %5: i1 = ${operator} %3, %4
  branch %5, yes.6, no.7
  yes.6:
  %8: i64 = phi [entry.1: %2]
  return %8
  no.7:
  %9: i64 = phi [entry.1: i64 1]
  return %9`

describe('split-conditions', () => {
  it.each([
    ['and', 'branch %3, second.10, no.7', '[second.10: %2]', '[entry.1: i64 1], [second.10: i64 1]'],
    ['or', 'branch %3, yes.6, second.10', '[entry.1: %2], [second.10: %2]', '[second.10: i64 1]'],
  ])('makes two branches of %s', (operator, first, yes, no) => {
    const text = afterPass(splitConditions, decided(operator))
    expect(text).toContain(tidy(`${first}\nsecond.10:\nbranch %4, yes.6, no.7`))
    expect(text).toContain(`%8: i64 = phi ${yes}`)
    expect(text).toContain(`%9: i64 = phi ${no}`)
  })
  it('leaves a truth value that is needed as a number', () => {
    const body = decided('and').replace('return %9', '%10: i64 = zext %5\nreturn %10')
    expect(afterPass(splitConditions, body)).toBe(tidy(body))
  })
})
