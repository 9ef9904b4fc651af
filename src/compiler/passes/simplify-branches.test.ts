import { describe, expect, it } from 'vitest'
import { afterPass, tidy } from '../../../test/support/ir-text.ts'
import { simplifyBranches } from './simplify-branches.ts'

describe('simplify-branches', () => {
  it('follows what is decided and makes one block of what is left', () => {
    const before = `
      entry.1:
      %2: ptr.map_value = map_value "m", 0
      branch i1 1, then.3, else.4
      then.3:
      store [%2 + 0], i64 1
      jump join.5
      else.4:
      store [%2 + 0], i64 2
      jump join.5
      join.5:
      %6: i64 = phi [then.3: i64 7], [else.4: i64 8]
      return %6`
    const expected = `
      entry.1:
      %2: ptr.map_value = map_value "m", 0
      store [%2 + 0], i64 1
      return i64 7`
    expect(afterPass(simplifyBranches, before)).toBe(tidy(expected))
  })
  it('jumps past a block that decides what the way in has decided: the shape of &&', () => {
    const before = `
      entry.1:
      %2: i64 = load [%0 + 0]
      %3: i64 = load [%0 + 8]
      %4: i1 = compare eq %2, i64 5
      branch %4, right.5, both.6
      right.5:
      %7: i1 = compare ult %3, i64 9
      jump both.6
      both.6:
      %8: i1 = phi [entry.1: i1 0], [right.5: %7]
      branch %8, yes.9, no.10
      yes.9:
      return i64 1
      no.10:
      return i64 0`
    const expected = `
      entry.1:
      %2: i64 = load [%0 + 0]
      %3: i64 = load [%0 + 8]
      %4: i1 = compare eq %2, i64 5
      branch %4, right.5, no.10
      right.5:
      %7: i1 = compare ult %3, i64 9
      branch %7, yes.9, no.10
      yes.9:
      return i64 1
      no.10:
      return i64 0`
    expect(afterPass(simplifyBranches, before)).toBe(tidy(expected))
  })
  it('jumps past a null check that has been made, though the pointer is needed behind it', () => {
    const before = `
      entry.1:
      %2: ptr.stack = stack_slot 8, "key"
      store [%2 + 0], i64 1
      %3: ptr.map = map "m"
      %4: ptr.map_value = call map_lookup_elem (%3, %2)
      %5: i1 = compare ne %4, i64 0
      branch %5, join.7, miss.6
      miss.6:
      %8: i64 = call map_update_elem (%3, %2, %2, i64 1)
      %9: ptr.map_value = call map_lookup_elem (%3, %2)
      jump join.7
      join.7:
      %10: ptr.map_value = phi [entry.1: %4], [miss.6: %9]
      %11: i1 = compare ne %10, i64 0
      branch %11, found.12, lost.13
      found.12:
      atomic add [%10 + 0], i64 1
      return i64 0
      lost.13:
      return i64 1`
    const text = afterPass(simplifyBranches, before)
    expect(text).toContain('branch %5, found.12, miss.6')
    expect(text).toMatch(/found.12:\n(%\d+): ptr.map_value = phi .*\[entry.1: %4\].*\natomic add \[\1 \+ 0\], i64 1/)
  })
  it('enters a loop behind its test when its first round is certain', () => {
    const before = `
      entry.1:
      jump head.2
      head.2:
      %3: i64 = phi [entry.1: i64 0], [body.4: %5]
      %6: i1 = compare ult %3, i64 8
      branch %6, body.4, done.7
      body.4:
      %8: i64 = call ktime_get_ns ()
      %5: i64 = add %3, i64 1
      jump head.2
      done.7:
      return i64 0`
    const text = afterPass(simplifyBranches, before)
    expect(text).toMatch(/compare ult %5, i64 8\nbranch %\d+, body.4, done.7|jump body.4/)
  })
  it('gives a value that a loop carries round a phi behind the block that is left out', () => {
    const before = `
      entry.1:
      jump head.2
      head.2:
      %3: i64 = phi [entry.1: i64 0], [body.4: %5]
      %6: i64 = phi [entry.1: i64 7], [body.4: %6]
      jump body.4
      body.4:
      %8: i64 = call ktime_get_ns ()
      %5: i64 = add %3, i64 1
      %9: i1 = compare ult %5, %8
      branch %9, head.2, done.7
      done.7:
      return %6`
    expect(afterPass(simplifyBranches, before)).toMatch(/return (%\d+|i64 7)/)
  })
  it('leaves a loop alone', () => {
    const body = `
      entry.1:
      jump head.2
      head.2:
      %3: i64 = phi [entry.1: i64 0], [head.2: %4]
      %4: i64 = add %3, i64 1
      %5: i1 = compare ult %4, i64 10
      branch %5, head.2, done.6
      done.6:
      return %4`
    expect(afterPass(simplifyBranches, body)).toBe(tidy(body))
  })
})
