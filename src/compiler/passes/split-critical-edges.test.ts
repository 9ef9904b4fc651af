import { expect, it } from 'vitest'
import { afterPass, tidy } from '../../../test/support/ir-text.ts'
import { splitCriticalEdges } from './split-critical-edges.ts'

it('gives an edge a block of its own where a branch meets a phi, and only there', () => {
  const before = `
    entry.1:
    %2: i64 = load [%0 + 0]
    %3: i1 = compare eq %2, i64 0
    branch %3, then.4, join.5
    then.4:
    jump join.5
    join.5:
    %6: i64 = phi [entry.1: i64 1], [then.4: i64 2]
    return %6`
  const expected = `
    entry.1:
    %2: i64 = load [%0 + 0]
    %3: i1 = compare eq %2, i64 0
    branch %3, then.4, edge.7
    edge.7:
    jump join.5
    then.4:
    jump join.5
    join.5:
    %6: i64 = phi [edge.7: i64 1], [then.4: i64 2]
    return %6`
  expect(afterPass(splitCriticalEdges, before)).toBe(tidy(expected))
})
