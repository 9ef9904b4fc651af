/**
 * Seen in finished code: what does the same is there once, and a value that is there is not put there again.
 */
import { expect, it } from 'vitest'
import { functionOf } from '../../../../test/support/ir-text.ts'
import { disassemble } from '../../../format/asm/disassemble.ts'
import { instructionSet } from '../../../spec/instruction-set.ts'
import { generateCode } from './generate.ts'

const code = (body: string) => disassemble(generateCode(functionOf(body), instructionSet(3)).instructions)
const twoSides = (second: string) => `
  entry.1:
  %2: i64 = load [%0 + 0]
  %3: ptr.map_value = map_value "m", 0
  %4: i1 = compare eq %2, i64 1
  branch %4, one.5, more.6
  one.5:
  atomic add [%3 + 8], i64 1
  jump join.7
  more.6:
  %8: i1 = compare eq %2, i64 2
  branch %8, two.9, join.7
  two.9:
  atomic add [%3 + ${second}], i64 1
  jump join.7
  join.7:
  return i64 0`

it('makes one block of two that do the same and go on alike', () => {
  expect(code(twoSides('8')).match(/lock/g)).toHaveLength(1)
  expect(code(twoSides('16')).match(/lock/g)).toHaveLength(2)
})
it('does not put the context where it is', () => {
  const text = code(`
    entry.1:
    %2: ptr.map = map "stacks"
    %3: i64 = call get_stackid (%0, %2, i64 0)
    %4: i64 = call get_stackid (%0, %2, i64 256)
    %5: i64 = add %3, %4
    return %5`)
  expect(text).toMatch(/^0: \(bf\) r\d = r1\n1: \(18\) r2 = map/)
})
