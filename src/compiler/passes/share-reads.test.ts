import { describe, expect, it } from 'vitest'
import { afterPass, tidy } from '../../../test/support/ir-text.ts'
import { shareReads } from './share-reads.ts'

/** Two lookups by equal keys in slots of their own, with something in between. */
const lookups = (between: string) => `
  entry.1:
  %2: ptr.stack = stack_slot 8, "key"
  %3: ptr.stack = stack_slot 8, "key"
  %4: i64 = load [%0 + 0]
  %5: ptr.map = map "m"
  store [%2 + 0], %4
  %6: ptr.map_value = call map_lookup_elem (%5, %2)
  ${between}
  store [%3 + 0], %4
  %7: ptr.map_value = call map_lookup_elem (%5, %3)
  %8: i1 = compare ne %7, i64 0
  branch %8, found.9, missing.10
  found.9:
  %11: i64 = load [%7 + 0]
  return %11
  missing.10:
  return i64 0`

describe('share-reads', () => {
  it.each([
    ['nothing', ''],
    ['a query', '%20: i64 = call ktime_get_ns ()'],
    ['a change of another map', '%21: ptr.map = map "n"\n%22: i64 = call map_delete_elem (%21, %2)'],
  ])('looks an entry up once, with %s in between', (_what, between) => {
    const text = afterPass(shareReads, lookups(between))
    expect(text.match(/call map_lookup_elem/g)).toHaveLength(1)
    expect(text).toContain('%8: i1 = compare ne %6, i64 0')
    expect(text).toContain('%11: i64 = load [%6 + 0]')
  })
  it('looks up again behind a change of the map', () => {
    const text = afterPass(shareReads, lookups('%20: i64 = call map_delete_elem (%5, %2)'))
    expect(text.match(/call map_lookup_elem/g)).toHaveLength(2)
  })
  it.each([
    ['another value', 'store [%3 + 0], i64 1'],
    ['a value of another width', '%20: i32 = trunc %4\nstore [%3 + 0], %20'],
  ])('tells keys apart that hold %s', (_what, store) => {
    const body = lookups('').replace('store [%3 + 0], %4', store)
    expect(afterPass(shareReads, body)).toBe(tidy(body))
  })
  it('does not know a key that a helper has written to', () => {
    const body = lookups('').replace('store [%3 + 0], %4', 'store [%3 + 0], %4\n%20: i64 = call get_current_comm (%3, i64 8)')
    expect(afterPass(shareReads, body)).toBe(tidy(body))
  })
  it('passes what was stored to a load, unless something may have been written there', () => {
    const before = `
      entry.1:
      %2: ptr.map_value = map_value "m", 0
      %3: i64 = load [%0 + 0]
      store [%2 + 8], %3
      %4: i64 = load [%2 + 8]
      %5: i64 = load [%2 + 0]
      atomic add [%2 + 0], i64 1
      %6: i64 = load [%2 + 0]
      %7: i64 = add %4, %5
      %8: i64 = add %7, %6
      return %8`
    expect(afterPass(shareReads, before)).toBe(tidy(before.replace('%4: i64 = load [%2 + 8]\n', '').replace('add %4, %5', 'add %3, %5')))
  })
  it('begins anew where ways meet', () => {
    const body = `
      entry.1:
      %2: ptr.map_value = map_value "m", 0
      %3: i64 = load [%2 + 0]
      %4: i1 = compare ne %3, i64 0
      branch %4, then.5, join.6
      then.5:
      store [%2 + 0], i64 1
      jump join.6
      join.6:
      %7: i64 = load [%2 + 0]
      return %7`
    expect(afterPass(shareReads, body)).toBe(tidy(body))
  })
})
