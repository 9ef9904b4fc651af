/**
 * Whatever is said to follow holds for all values of a small type: tried out one by one.
 */
import { describe, expect, it } from 'vitest'
import { evaluateCompare } from '../ir/evaluate.ts'
import { type Compare, constant, type Parameter, PREDICATES, type Predicate } from '../ir/ir.ts'
import { impliedTruth } from './implied-conditions.ts'

const x: Parameter = { kind: 'parameter', id: 0, index: 0, type: 'i8' }
const EDGES = [0, 1, 2, 100, 126, 127, 128, 129, 254, 255]
const VALUES = Array.from({ length: 256 }, (_, value) => constant('i8', value))
const compare = (predicate: Predicate, right: number): Compare => ({
  kind: 'compare',
  id: 1,
  type: 'i1',
  predicate,
  left: x,
  right: constant('i8', right),
})

describe('impliedTruth', () => {
  it('says only what is true', () => {
    let decided = 0
    for (const known of PREDICATES.flatMap((predicate) => EDGES.map((right) => compare(predicate, right)))) {
      const possible = VALUES.filter((value) => evaluateCompare(known.predicate, value, known.right as never))
      for (const asked of PREDICATES.flatMap((predicate) => EDGES.map((right) => compare(predicate, right)))) {
        const truth = impliedTruth(known, asked)
        if (truth === undefined) continue
        decided++
        const answers = new Set(possible.map((value) => evaluateCompare(asked.predicate, value, asked.right as never)))
        answers.delete(truth)
        expect(answers, `${known.predicate} ${known.right} then ${asked.predicate} ${asked.right}`).toEqual(new Set())
      }
    }
    expect(decided).toBeGreaterThan(2000)
  })
  it.each([
    ['ne', 0, 'eq', 0, false],
    ['ult', 10, 'ult', 20, true],
    ['uge', 20, 'ult', 20, false],
    ['eq', 5, 'slt', 6, true],
    ['ugt', 7, 'ne', 0, true],
    ['ult', 10, 'ult', 5, undefined],
    ['slt', 10, 'ult', 20, undefined],
  ] as const)('%s %i then %s %i is %s', (predicate, right, asked, than, truth) => {
    expect(impliedTruth(compare(predicate, right), compare(asked, than))).toBe(truth)
  })
  it('knows nothing of other values', () => {
    const other: Parameter = { ...x, id: 9 }
    expect(impliedTruth(compare('eq', 1), { ...compare('eq', 1), left: other })).toBeUndefined()
  })
})
