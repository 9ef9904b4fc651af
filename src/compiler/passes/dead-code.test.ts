import { expect, it } from 'vitest'
import { afterPass, tidy } from '../../../test/support/ir-text.ts'
import { removeDeadCode } from './dead-code.ts'

it('drops what nobody reads: values, queries, writes to a slot; keeps what has an effect', () => {
  const before = `
    entry.1:
    %2: ptr.stack = stack_slot 24, "written only"
    %3: ptr.stack = stack_slot 8, "handed out"
    zero [%2 + 0], 24
    %4: i64 = call ktime_get_ns ()
    store [%2 + 8], %4
    store [%3 + 0], i64 1
    %5: ptr.map = map "m"
    %6: i64 = call map_delete_elem (%5, %3)
    return i64 0`
  const expected = `
    entry.1:
    %3: ptr.stack = stack_slot 8, "handed out"
    store [%3 + 0], i64 1
    %5: ptr.map = map "m"
    %6: i64 = call map_delete_elem (%5, %3)
    return i64 0`
  expect(afterPass(removeDeadCode, before)).toBe(tidy(expected))
})
