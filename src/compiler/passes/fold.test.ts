import { describe, expect, it } from 'vitest'
import { afterPass, tidy } from '../../../test/support/ir-text.ts'
import { fold } from './fold.ts'

describe('fold', () => {
  /** What is computed, what becomes of it, and what is returned in its place. */
  const cases: [string, string, string][] = [
    ['add %2, i64 0', '', '%2'],
    ['mul %2, i64 1', '', '%2'],
    ['mul %2, i64 0', '', 'i64 0'],
    ['mul %2, i64 8', '%5: i64 = shl %2, i64 3', '%5'],
    ['mul i64 3, %2', '%5: i64 = mul %2, i64 3', '%5'],
    ['udiv %2, i64 16', '%5: i64 = lshr %2, i64 4', '%5'],
    ['udiv %2, i64 0', '', 'i64 0'],
    ['umod %2, i64 16', '%5: i64 = and %2, i64 15', '%5'],
    ['umod %2, i64 1', '', 'i64 0'],
    ['umod %2, i64 0', '', '%2'],
    ['and %2, i64 -1', '', '%2'],
    ['or %2, i64 -1', '', 'i64 -1'],
    ['xor %2, %2', '', 'i64 0'],
    ['sub %2, i64 5', '%5: i64 = add %2, i64 -5', '%5'],
    ['sub i64 7, i64 9', '', 'i64 -2'],
    ['shl %2, i64 64', '', '%2'],
    // These stay.
    ['sub i64 0, %2', '%3: i64 = sub i64 0, %2', '%3'],
    ['sdiv %2, i64 16', '%3: i64 = sdiv %2, i64 16', '%3'],
    ['sub %2, %1', '%3: i64 = sub %2, %1', '%3'],
  ]
  it.each(cases)('%s', (computed, line, result) => {
    const start = 'entry.4: \n %1: i64 = load [%0 + 8] \n %2: i64 = load [%0 + 0]'
    expect(afterPass(fold, `${start} \n %3: i64 = ${computed} \n return %3`)).toBe(tidy(`${start} \n ${line} \n return ${result}`))
  })
  it('joins chains of constants', () => {
    const body = 'entry.1: \n %2: i64 = load [%0 + 0] \n %3: i64 = add %2, i64 7 \n %4: i64 = add %3, i64 -3 \n return %4'
    expect(afterPass(fold, body)).toContain('%5: i64 = add %2, i64 4\nreturn %5')
  })
  it('puts constant offsets into the access, and keeps those that are not', () => {
    const before = `
      entry.1:
      %2: ptr.map_value = map_value "m", 0
      %3: ptr.map_value = offset_pointer %2, i64 8
      %4: ptr.map_value = offset_pointer %3, i64 16
      %5: i64 = load [%4 + 4]
      %6: ptr.map_value = offset_pointer %2, %5
      %7: i64 = load [%6 + 4]
      return %7`
    expect(afterPass(fold, before)).toBe(
      tidy(`
      entry.1:
      %2: ptr.map_value = map_value "m", 0
      %8: ptr.map_value = map_value "m", 8
      %9: ptr.map_value = map_value "m", 24
      %5: i64 = load [%9 + 4]
      %6: ptr.map_value = offset_pointer %2, %5
      %7: i64 = load [%6 + 4]
      return %7`),
    )
  })
  it('decides comparisons, and inverts those that are asked for falsehood', () => {
    const before = `
      entry.1:
      %2: i64 = load [%0 + 0]
      %3: i1 = compare ult %2, i64 0
      %4: i1 = compare slt %2, i64 0
      %5: i1 = xor %4, i1 1
      %6: i1 = and %3, %5
      %7: i64 = zext %5
      return %7`
    expect(afterPass(fold, before)).toBe(
      tidy(`
      entry.1:
      %2: i64 = load [%0 + 0]
      %4: i1 = compare slt %2, i64 0
      %8: i1 = compare sge %2, i64 0
      %9: i1 = and %8, i1 0
      %7: i64 = zext %8
      return %7`),
    )
  })
})
