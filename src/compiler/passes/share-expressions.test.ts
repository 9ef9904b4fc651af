import { expect, it } from 'vitest'
import { afterPass, tidy } from '../../../test/support/ir-text.ts'
import { shareExpressions } from './share-expressions.ts'

it('computes what cannot change once, and reads memory and the clock each time', () => {
  const before = `
    entry.1:
    %2: i64 = load [%0 + 8]
    %3: i64 = load [%0 + 8]
    %4: i64 = add %2, %3
    %5: i64 = add %2, %2
    %6: ptr.map_value = map_value "m", 0
    %7: i64 = load [%6 + 0]
    %8: i64 = load [%6 + 0]
    %9: i64 = call get_current_pid_tgid ()
    %10: i64 = call get_current_pid_tgid ()
    %11: i64 = call ktime_get_ns ()
    %12: i64 = call ktime_get_ns ()
    %13: i64 = xor %4, %5
    return %10`
  const expected = `
    entry.1:
    %2: i64 = load [%0 + 8]
    %4: i64 = add %2, %2
    %6: ptr.map_value = map_value "m", 0
    %7: i64 = load [%6 + 0]
    %8: i64 = load [%6 + 0]
    %9: i64 = call get_current_pid_tgid ()
    %11: i64 = call ktime_get_ns ()
    %12: i64 = call ktime_get_ns ()
    %13: i64 = xor %4, %4
    return %9`
  expect(afterPass(shareExpressions, before)).toBe(tidy(expected))
})

it('does not use a value that was computed on one way only', () => {
  const body = `
    entry.1:
    %2: i64 = load [%0 + 8]
    %3: i1 = compare eq %2, i64 0
    branch %3, then.4, join.5
    then.4:
    %6: i64 = add %2, i64 1
    jump join.5
    join.5:
    %7: i64 = add %2, i64 1
    return %7`
  expect(afterPass(shareExpressions, body)).toBe(tidy(body))
})
