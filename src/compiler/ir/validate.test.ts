import { describe, expect, it } from 'vitest'
import { functionOf } from '../../../test/support/ir-text.ts'
import { FunctionBuilder } from './builder.ts'
import type { IrFunction } from './ir.ts'
import { validateFunction } from './validate.ts'

/** What the validator says. */
function complaint(fn: IrFunction): string {
  try {
    validateFunction(fn)
    return 'valid'
  } catch (error) {
    return (error as Error).message.replace('internal error: function f is not valid: ', '')
  }
}

/** A look-up that answers `%6`. */
const LOOKUP = `
  %2: ptr.stack = stack_slot 8, "key"
  store [%2 + 0], i64 0
  %5: ptr.map = map "m"
  %6: ptr.map_value = call map_lookup_elem (%5, %2)`
/** A reservation that is `%6` and not null in block 8. */
const RESERVE = `
  entry.1:
  %5: ptr.map = map "events"
  %6: ptr.record = call ringbuf_reserve (%5, i64 8, i64 0)
  %7: i1 = compare ne %6, i64 0
  branch %7, then.8, join.9
  then.8:`
const BRANCH = `
  entry.1:
  %2: i64 = load [%0 + 0]
  %3: i1 = compare eq %2, i64 0
  branch %3, then.4, join.5`

describe('validateFunction', () => {
  const cases: [string, string, string][] = [
    ['takes a plain function', 'entry.1: \n return i64 0', 'valid'],
    [
      'wants operands of one type',
      'entry.1: \n %3: i64 = add i32 1, i64 1 \n return i64 0',
      'operands are i32 and i64, in "%3: i64 = add i32 1, i64 1"',
    ],
    [
      'does not compute with i8',
      'entry.1: \n %3: i8 = add i8 1, i8 1 \n return i64 0',
      'i8 is not computed with, in "%3: i8 = add i8 1, i8 1"',
    ],
    ['does not return i8', 'entry.1: \n return i8 1', 'result is i8, in "return i8 1"'],
    [
      'wants definitions before uses',
      'entry.1: \n %2: i64 = add %3, i64 1 \n %3: i64 = load [%0 + 0] \n return %2',
      '%3 is not defined on every way to its use, in "%2: i64 = add %3, i64 1"',
    ],
    [
      'wants definitions on every way',
      `${BRANCH}\n then.4: \n %6: i64 = load [%0 + 8] \n jump join.5 \n join.5: \n return %6`,
      '%6 is not defined on every way to its use, in "return %6"',
    ],
    [
      'wants one value of a phi per predecessor',
      `${BRANCH}\n then.4: \n jump join.5 \n join.5: \n %6: i64 = phi [entry.1: i64 1] \n return %6`,
      'its blocks are not the predecessors, in "%6: i64 = phi [entry.1: i64 1]"',
    ],
    [
      'wants stack slots in the entry',
      'entry.1: \n jump next.2 \n next.2: \n %3: ptr.stack = stack_slot 8, "x" \n return i64 0',
      'a stack slot must stand in the entry block, in "%3: ptr.stack = stack_slot 8, "x""',
    ],
    [
      'wants null checks',
      `entry.1: ${LOOKUP} \n %7: i64 = load [%6 + 0] \n return %7`,
      'a pointer that may be null is used without a check, in "%7: i64 = load [%6 + 0]"',
    ],
    [
      'sees null checks',
      `entry.1: ${LOOKUP}
       %7: i1 = compare ne %6, i64 0
       branch %7, then.8, join.9
       then.8:
       store [%6 + 0], i64 1
       jump join.9
       join.9:
       return i64 0`,
      'valid',
    ],
    [
      'sees that a null check does not hold behind the join',
      `entry.1: ${LOOKUP}
       %7: i1 = compare ne %6, i64 0
       branch %7, then.8, join.9
       then.8:
       jump join.9
       join.9:
       store [%6 + 0], i64 1
       return i64 0`,
      'a pointer that may be null is used without a check, in "store [%6 + 0], i64 1"',
    ],
    [
      'wants reservations submitted',
      `${RESERVE} \n jump join.9 \n join.9: \n return i64 0`,
      'a reservation is neither submitted nor discarded, in "return i64 0"',
    ],
    [
      'wants reservations submitted once',
      `${RESERVE}
       call ringbuf_submit (%6, i64 0)
       call ringbuf_discard (%6, i64 0)
       jump join.9
       join.9:
       return i64 0`,
      'there is no open reservation, in "call ringbuf_discard (%6, i64 0)"',
    ],
    [
      'takes reservations that are submitted or discarded',
      `${RESERVE}
       %10: i64 = load [%0 + 0]
       %11: i1 = compare eq %10, i64 0
       branch %11, good.12, bad.13
       good.12:
       call ringbuf_submit (%6, i64 0)
       jump join.9
       bad.13:
       call ringbuf_discard (%6, i64 0)
       jump join.9
       join.9:
       return i64 0`,
      'valid',
    ],
    [
      'counts arguments',
      'entry.1: \n %2: ptr.map = map "m" \n %3: i64 = call map_lookup_elem (%2) \n return %3',
      '1 arguments, 2 wanted, in "%3: i64 = call map_lookup_elem (%2)"',
    ],
    [
      'stores no pointers but those that callbacks get',
      'entry.1: \n %2: ptr.stack = stack_slot 8, "x" \n %3: ptr.map = map "m" \n store [%2 + 0], %3 \n return i64 0',
      'ptr.map is not stored, in "store [%2 + 0], %3"',
    ],
  ]
  it.each(cases)('%s', (_name, body, expected) => {
    expect(complaint(functionOf(body))).toBe(expected)
  })

  it('wants terminators', () => {
    const message = 'internal error: function f is not valid: block entry.1 has no terminator'
    expect(() => validateFunction(functionOf('entry.1: \n (no terminator)'))).toThrow(message)
  })
  it('wants values of this function', () => {
    const b = new FunctionBuilder('f')
    b.return(b.load('i64', b.context))
    b.current.instructions = []
    expect(complaint(b.function)).toBe('%2 is not in this function, in "return %2"')
  })
})
