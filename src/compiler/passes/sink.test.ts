import { describe, expect, it } from 'vitest'
import { afterPass, tidy } from '../../../test/support/ir-text.ts'
import { sink } from './sink.ts'

const oneSided = (computed: string, use: string) => `
  entry.1:
  ${computed}
  %3: i64 = load [%0 + 8]
  %4: i1 = compare eq %3, i64 0
  branch %4, then.5, else.6
  then.5:
  %7: ptr.map_value = map_value "m", 0
  ${use}
  return i64 0
  else.6:
  return i64 1`

describe('sink', () => {
  it.each([
    ['a load from the context', '%2: i64 = load [%0 + 0]'],
    ['a query whose answer is steady', '%2: i64 = call get_current_pid_tgid ()'],
  ])('moves %s to the one side that needs it', (_what, computed) => {
    const use = 'store [%7 + 0], %2'
    expect(afterPass(sink, oneSided(computed, use))).toBe(tidy(oneSided('', `${computed}\n${use}`)))
  })
  it('moves a chain at once', () => {
    const chain = '%2: i64 = call get_current_pid_tgid ()\n%8: i64 = lshr %2, i64 32'
    const text = afterPass(sink, oneSided(chain, 'store [%7 + 0], %8'))
    expect(text).toContain(`%7: ptr.map_value = map_value "m", 0\n${chain}\nstore [%7 + 0], %8`)
  })
  it.each([
    ['a clock', '%2: i64 = call ktime_get_ns ()', 'store [%7 + 0], %2'],
    ['what two values make', '%9: i64 = call ktime_get_ns ()\n%2: i64 = add %9, %9\n%8: i64 = xor %2, %9', 'store [%7 + 0], %8'],
  ])('leaves %s', (_what, computed, use) => {
    const body = oneSided(computed, use)
    expect(afterPass(sink, body)).toBe(tidy(body))
  })
  it('moves nothing into a loop', () => {
    const body = `
      entry.1:
      %2: i64 = load [%0 + 0]
      jump loop.3
      loop.3:
      %4: i64 = phi [entry.1: i64 0], [loop.3: %5]
      %5: i64 = add %4, %2
      %6: i1 = compare ult %5, i64 100
      branch %6, loop.3, done.7
      done.7:
      return %5`
    expect(afterPass(sink, body)).toBe(tidy(body))
  })
})
