import { expect, it } from 'vitest'
import { afterPass, tidy } from '../../../test/support/ir-text.ts'
import { removeDeadCode } from './dead-code.ts'

it('drops a helper that only fills a slot which nobody reads, and keeps one whose answer is wanted', () => {
  const before = `
    entry.1:
    %2: ptr.stack = stack_slot 24, "name"
    %3: ptr.stack = stack_slot 8, "word"
    %4: ptr.stack = offset_pointer %2, i64 8
    store [%2 + 0], i64 0
    %5: i64 = call get_current_comm (%4, i64 16)
    %6: i64 = call probe_read_user (%3, i64 8, i64 4096)
    return %6`
  const expected = `
    entry.1:
    %3: ptr.stack = stack_slot 8, "word"
    %6: i64 = call probe_read_user (%3, i64 8, i64 4096)
    return %6`
  expect(afterPass(removeDeadCode, before)).toBe(tidy(expected))
})
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
