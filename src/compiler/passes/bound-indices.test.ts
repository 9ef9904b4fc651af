import { describe, expect, it } from 'vitest'
import { afterPass, tidy } from '../../../test/support/ir-text.ts'
import { boundIndices } from './bound-indices.ts'

const loop = (before: string, within: string) => `
  entry.1:
  %2: ptr.stack = stack_slot 8, "iterator"
  %3: ptr.stack = stack_slot 64, "memory"
  zero [%3 + 0], 64
  %4: i64 = load [%0 + 0]
  ${before}
  call_kfunc bpf_iter_num_new (%2, i32 0, i32 4)
  jump next.5
  next.5:
  %6: ptr.memory = call_kfunc bpf_iter_num_next (%2)
  %7: i1 = compare ne %6, i64 0
  branch %7, round.8, done.9
  round.8:
  ${within}
  store [%30 + 0], i8 1
  jump next.5
  done.9:
  call_kfunc bpf_iter_num_destroy (%2)
  return i64 0`
const OFFSET = '%30: ptr.stack = offset_pointer %3,'

describe('bound-indices', () => {
  it.each([
    ['0 or 1', '%20: i1 = compare eq %4, i64 7\n%21: i64 = zext %20', '', '%21', 1],
    ['made of such', '%20: i1 = compare eq %4, i64 7', '%21: i64 = zext %20\n%22: i64 = shl %21, i64 3', '%22', 8],
    ['under a mask with gaps', '%21: i64 = and %4, i64 60', '', '%21', 60],
  ])('bounds an index that is %s before the iteration', (_what, before, within, index, mask) => {
    const text = afterPass(boundIndices, loop(before, `${within}\n${OFFSET} ${index}`))
    expect(text).toMatch(new RegExp(`(%\\d+): i64 = and ${index}, i64 ${mask}\\n${OFFSET.replace('.', '\\.')} \\1\\n`))
  })
  it.each([
    ['what is masked within', '', '%21: i64 = and %4, i64 63\n', '%21'],
    ['what no bits are known of', '', '', '%4'],
  ])('leaves %s', (_what, before, within, index) => {
    const same = loop(before, `${within}${OFFSET} ${index}`)
    expect(afterPass(boundIndices, same)).toBe(tidy(same))
  })
})
