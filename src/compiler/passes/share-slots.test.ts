import { expect, it } from 'vitest'
import { afterPass, tidy } from '../../../test/support/ir-text.ts'
import { shareSlots } from './share-slots.ts'

/** Two keys, used one after the other; then goes to the block `next`. */
const keys = (end: string) => `
  entry.1:
  %2: ptr.stack = stack_slot 8, "first"
  %3: ptr.stack = stack_slot 8, "second"
  %4: ptr.map = map "m"
  store [%2 + 0], i64 0
  jump head.5
  head.5:
  %6: i64 = call map_delete_elem (%4, %2)
  store [%3 + 0], i64 1
  %7: i64 = call map_delete_elem (%4, %3)
  %8: i1 = compare eq %7, i64 0
  ${end}
  done.9:
  return i64 0`

it('gives one place to slots that are never in use together', () => {
  const lines = afterPass(shareSlots, keys('branch %8, done.9, done.9'))
  expect(lines.split('\n').filter((line) => line.includes('stack_slot'))).toEqual(['%12: ptr.stack = stack_slot 8, "first+second"'])
})

it('keeps apart what a loop uses in turns', () => {
  const body = keys('branch %8, head.5, done.9')
  expect(afterPass(shareSlots, body)).toBe(tidy(body))
})
