import { describe, expect, it } from 'vitest'
import { afterPass, tidy } from '../../../test/support/ir-text.ts'
import { promoteSlots } from './promote-slots.ts'

describe('promote-slots', () => {
  it('makes phis where ways with different values meet', () => {
    const before = `
      entry.1:
      %2: ptr.stack = stack_slot 8, "x"
      store [%2 + 0], i64 1
      %3: i1 = compare eq %0, i64 0
      branch %3, then.4, join.5
      then.4:
      store [%2 + 0], i64 2
      jump join.5
      join.5:
      %6: i64 = load [%2 + 0]
      return %6`
    const expected = `
      entry.1:
      %2: ptr.stack = stack_slot 8, "x"
      %3: i1 = compare eq %0, i64 0
      branch %3, then.4, join.5
      then.4:
      jump join.5
      join.5:
      %9: i64 = phi [entry.1: i64 1], [then.4: i64 2]
      return %9`
    expect(afterPass(promoteSlots, before)).toBe(tidy(expected))
  })
  it('takes the fields of a zeroed struct apart', () => {
    const before = `
      entry.1:
      %2: ptr.stack = stack_slot 16, "pair"
      zero [%2 + 0], 16
      %3: i64 = load [%0 + 0]
      store [%2 + 8], %3
      %4: i64 = load [%2 + 0]
      %5: i64 = load [%2 + 8]
      %6: i64 = add %4, %5
      return %6`
    const expected = `
      entry.1:
      %2: ptr.stack = stack_slot 16, "pair"
      %3: i64 = load [%0 + 0]
      %6: i64 = add i64 0, %3
      return %6`
    expect(afterPass(promoteSlots, before)).toBe(tidy(expected))
  })
  it.each([
    ['whose address is handed out', '%3: ptr.map = map "m" \n %4: i64 = call map_delete_elem (%3, %2)', '%5: i64 = load [%2 + 0]'],
    ['that are read at another width', '', '%5: i32 = load [%2 + 0] \n %6: i64 = zext %5'],
    [
      'that are read at a place known at run time',
      '%7: i64 = load [%0 + 0] \n %3: ptr.stack = offset_pointer %2, %7',
      '%5: i64 = load [%3 + 0]',
    ],
  ])('leaves slots alone %s', (_name, middle, read) => {
    const body = `
      entry.1:
      %2: ptr.stack = stack_slot 8, "key"
      store [%2 + 0], i64 1
      ${middle}
      ${read}
      return i64 0`
    expect(afterPass(promoteSlots, body)).toBe(tidy(body))
  })
})
