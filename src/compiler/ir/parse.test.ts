import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { interpret } from '../../../test/support/ir-interpreter.ts'
import { tidy } from '../../../test/support/ir-text.ts'
import { twoCalls } from '../../../test/support/programs-with-calls.ts'
import { arbitraryInputs, arbitrarySteps } from '../../../test/support/random-ir/step.ts'
import { buildFunction } from '../../../test/support/random-ir.ts'
import { runRandom } from '../../../test/support/run-random.ts'
import { FormatError } from '../../base/errors.ts'
import { BINARY_OPERATORS } from './ir.ts'
import { nodesOf } from './operands.ts'
import { parseProgram } from './parse.ts'
import { printFunction, printProgram } from './print.ts'
import { FORMS } from './text/forms.ts'
import { validateFunction } from './validate.ts'

/** Every kind of instruction and terminator, and every way to write each. */
const EVERY_KIND = `
function shown(%0: ptr.context) {
entry.1:
  %2: ptr.stack = stack_slot 16, "my \\"key\\""
  zero [%2 + 0], 16
  %4: i64 = late_constant "start"
  store [%2 + 8], %4
  %6: ptr.map = map "@"
  %7: ptr.map_value = call map_lookup_elem (%6, %2)
  %8: i1 = compare ne %7, i64 0
  branch %8, then.9, join.10
then.9:
  atomic add [%7 + 0], i64 -1
  %12: i64 = atomic compare_exchange [%7 + 0], i64 3, i64 -9223372036854775808
  %13: ptr.map_value = map_value "cell", 4
  copy [%2 + 8], [%13 + 0], 8
  %14: ptr.function = function round
  %15: i64 = call loop (i32 9, %14, %2, i64 0)
  call_kfunc bpf_iter_num_destroy (%2)
  call ringbuf_output (%6, %2, i64 16, i64 0)
  jump join.10
join.10:
  %21: i64 = phi [entry.1: i64 5], [then.9: %12]
  %22: ptr.stack = offset_pointer %2, %21
  %23: i64 = load [%22 - 112]
  %24: i8 = trunc %23
  %25: i64 = sext %24
  %26: i64 = sub %25, %21
  %27: i64 = call_function round (%26, %2)
  %28: i1 = xor i1 1, %8
  %29: i64 = relocation field_offset "task_struct.mm->pgd"
  return %27
}
function round(%0: i64, %1: ptr.stack) {
entry.2:
  return i64 0
}`

describe('parseProgram', () => {
  it('reads random functions back: the same text, the same meaning', () => {
    fc.assert(
      fc.property(arbitrarySteps, arbitraryInputs, (steps, inputs) => {
        const text = printProgram(buildFunction(steps))
        const parsed = parseProgram(text)
        validateFunction(parsed)
        expect(printProgram(parsed)).toBe(text)
        expect(runRandom(parsed, inputs)).toEqual(runRandom(buildFunction(steps), inputs))
      }),
      { numRuns: 50 },
    )
  })

  it('reads every kind', () => {
    const fn = parseProgram(EVERY_KIND)
    expect(printProgram(fn)).toBe(EVERY_KIND.trim())
    expect(new Set([...nodesOf(fn)].map(({ kind }) => kind))).toEqual(new Set(Object.keys(FORMS)))
  })

  it('tells kinds apart by their first word', () => {
    const starts = Object.values(FORMS).flatMap((form) => form.starts)
    expect(new Set(starts).size).toBe(starts.length)
    expect(starts).toEqual(expect.arrayContaining([...BINARY_OPERATORS]))
  })

  it('reads loops: values and blocks that are defined further down', () => {
    const loop = parseProgram(`function loop() {
      entry.1:
        jump head.2
      head.2:
        %3: i64 = phi [entry.1: i64 0], [head.2: %4]
        %4: i64 = add %3, i64 1
        %5: i1 = compare ult %4, i64 10
        branch %5, head.2, done.6
      done.6:
        return %4
      }`)
    validateFunction(loop)
    const [phi, sum] = loop.blocks[1]?.instructions ?? []
    expect(phi).toMatchObject({ incoming: [{ block: loop.blocks[0] }, { block: loop.blocks[1] }] })
    expect(phi?.kind === 'phi' && phi.incoming[1]?.value).toBe(sum)
  })

  it('gives fresh ids to what has no value, and leaves the next one free', () => {
    const fn = parseProgram('function f() {\nentry.7:\n%3: ptr.stack = stack_slot 8, "x.99"\nstore [%3 + 0], i64 64\nreturn i64 0\n}')
    expect(fn.blocks[0]?.instructions.map(({ id }) => id)).toEqual([3, 8])
    expect(fn.nextId).toBe(9)
  })

  it('reads a function that is not finished', () => {
    const text = 'function f() {\nentry.1:\n  (no terminator)\n}'
    expect(printFunction(parseProgram(text))).toBe(text)
  })

  it('reads programs of several functions', () => {
    const text = printProgram(twoCalls())
    expect(printProgram(parseProgram(text))).toBe(text)
    expect(interpret(parseProgram(text), { context: new Uint8Array(0), maps: new Map() })).toBe(5n * 5n + 7n * 7n)
  })

  const mistakes: [string, string, string][] = [
    ['an unknown instruction', '%1: i64 = frobnicate %0', 'line 3, column 11: an instruction expected, frobnicate found'],
    ['an unknown predicate', '%1: i1 = compare lt %0, %0', 'line 3, column 18: a predicate expected, lt found'],
    ['an unknown helper', 'call map_lookup (%0)', 'line 3, column 6: a helper expected, map_lookup found'],
    ['an unknown type', '%1: int = add %0, %0', 'line 3, column 5: a type expected, int found'],
    ['a missing operand', '%1: i64 = add %0', 'line 3, column 17: "," expected, the end of the line found'],
    ['something that is no operand', 'return 0', 'line 3, column 8: a value, or a constant such as i64 5, expected, 0 found'],
    ['a constant that does not fit', 'return i8 200', 'line 3, column 11: 200 does not fit i8'],
    ['an unsigned constant', 'return i64 18446744073709551615', 'line 3, column 12: 18446744073709551615 does not fit i64'],
    ['a value that is nowhere', 'return %9', 'line 3, column 8: %9 is not defined'],
    ['a block that is nowhere', 'jump exit.9', 'line 3, column 6: block exit.9 is not defined'],
    ['a label without number', 'jump exit', 'line 3, column 6: a block such as entry.1 expected, exit found'],
    ['a value defined twice', '%0: i64 = late_constant "x"', 'line 3, column 1: %0 is defined twice'],
    ['a value of a terminator', '%1: i64 = return %0', 'line 3, column 1: return has no value'],
    ['more on a line', 'return i64 0 i64', 'line 3, column 14: the end of the line expected, i64 found'],
    ['an instruction behind the end', 'return i64 0\nreturn i64 0', 'line 4, column 1: the label of the next block expected, return found'],
    ['a stray character', 'return i64 0;', 'line 3, column 13: ; has no meaning here'],
  ]
  it.each(mistakes)('refuses %s', (_name, line, message) => {
    const parse = () => parseProgram(`function f(%0: ptr.context) {\nentry.10:\n${line}\n}`)
    expect(parse).toThrow(new FormatError('IR', message))
  })
  it.each([
    ['nothing', '', 'line 1, column 1: a function expected, nothing found'],
    ['what is no function', 'fn f() {', 'line 1, column 1: "function" expected, fn found'],
    ['a missing label', tidy('function f() {\nreturn i64 0\n}'), 'line 2, column 1: the label of a block expected, return found'],
    ['a missing end', 'function f() {\nentry.1:\nreturn i64 0', 'line 3, column 1: the text ends too early'],
    ['something behind it', 'function f() {\n}\nreturn i64 0', 'line 3, column 1: "function" expected, return found'],
    ['two functions of one name', 'function f() {\n}\nfunction f() {\n}', 'line 3, column 10: function f is defined twice'],
    [
      'a function that is nowhere',
      'function f() {\nentry.1:\n%2: i64 = call_function g ()\nreturn %2\n}',
      'line 3, column 25: function g is not defined',
    ],
  ])('refuses %s', (_name, text, message) => {
    expect(() => parseProgram(text)).toThrow(new FormatError('IR', message))
  })
})
