/**
 * Seen in finished code: no jump leads over a constant.
 */
import { expect, it } from 'vitest'
import { functionOf } from '../../../../test/support/ir-text.ts'
import { disassemble } from '../../../format/asm/disassemble.ts'
import { instructionSet } from '../../../spec/instruction-set.ts'
import { generateCode } from './generate.ts'

const choose = (left: string, right: string) => `
  entry.1:
  %2: i64 = load [%0 + 0]
  %3: i64 = load [%0 + 8]
  %4: i1 = compare ugt %2, i64 9
  branch %4, then.5, else.6
  then.5:
  jump join.7
  else.6:
  %10: i64 = lshr %3, i64 3
  jump join.7
  join.7:
  %8: i64 = phi [then.5: ${left}], [else.6: ${right}]
  return %8`
const code = (body: string) => disassemble(generateCode(functionOf(body), instructionSet(3)).instructions)

it('makes a constant in front of the branch whose other side overwrites it', () => {
  expect(code(choose('i64 5', '%10'))).not.toContain('goto pc+1\n')
  expect(code(choose('i64 5', '%10')).match(/goto/g)).toHaveLength(1)
})
it('leaves a wide constant on its side', () => {
  expect(code(choose('i64 81985529216486895', '%10')).match(/goto/g)).toHaveLength(2)
})
