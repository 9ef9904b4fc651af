import { describe, expect, it } from 'vitest'
import { afterPass, tidy } from '../../../test/support/ir-text.ts'
import { reduceStrength } from './reduce-strength.ts'

const loop = (body: string, first = 'i64 2') => `
  entry.1:
  %2: i64 = load [%0 + 0]
  %3: ptr.stack = stack_slot 8, "word"
  jump loop.4
  loop.4:
  %5: i64 = phi [entry.1: ${first}], [loop.4: %6]
  ${body}
  %20: i64 = call probe_read_user (%3, i64 8, %9)
  %6: i64 = add %5, i64 3
  %7: i1 = compare ult %6, i64 30
  branch %7, loop.4, done.8
  done.8:
  return i64 0`

describe('reduce-strength', () => {
  it('counts an address along with the counter', () => {
    const text = afterPass(reduceStrength, loop('%10: i64 = shl %5, i64 3\n%9: i64 = add %2, %10'))
    expect(text).toMatch(/(%\d+): i64 = add %2, i64 16\njump loop.4\nloop.4:\n(%\d+): i64 = phi \[entry.1: \1\], \[loop.4: (%\d+)\]\n/)
    expect(text).toMatch(/probe_read_user \(%3, i64 8, (%\d+)\)\n%6: i64 = add %5, i64 3\n.*\n(%\d+): i64 = add \1, i64 24/)
  })
  it('takes a value of the context out of the loop', () => {
    const text = afterPass(reduceStrength, loop('%11: i64 = load [%0 + 8]\n%10: i64 = mul %5, i64 5\n%9: i64 = add %11, %10'))
    expect(text).toMatch(/(%\d+): i64 = load \[%0 \+ 8\]\n(%\d+): i64 = add \1, i64 10\njump loop.4/)
  })
  it.each([
    ['a counter that begins anywhere', '%10: i64 = shl %5, i64 3\n%9: i64 = add %2, %10', '%2'],
    ['what changes in the loop', '%11: i64 = call ktime_get_ns ()\n%9: i64 = add %11, %5', 'i64 2'],
    ['the counter alone', '%9: i64 = add %5, i64 4096', 'i64 2'],
  ])('leaves %s', (_what, body, first) => {
    expect(afterPass(reduceStrength, loop(body, first))).toBe(tidy(loop(body, first)))
  })
})
