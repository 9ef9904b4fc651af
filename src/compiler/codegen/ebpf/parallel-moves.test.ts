import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Move, sequenceMoves } from './parallel-moves.ts'

/** Runs moves one after another on registers that hold their own numbers. */
function run(moves: readonly Move<number>[]): Map<number, number> {
  const held = new Map<number, number>()
  for (const { dst, src } of moves) held.set(dst, held.get(src) ?? src)
  return held
}

describe('sequenceMoves', () => {
  it('uses no temporary without a cycle', () => {
    const noTemporary = (): never => {
      throw new Error('no temporary is needed')
    }
    expect(
      sequenceMoves(
        [
          { dst: 1, src: 2 },
          { dst: 2, src: 3 },
          { dst: 4, src: 4 },
        ],
        noTemporary,
      ),
    ).toEqual([
      { dst: 1, src: 2 },
      { dst: 2, src: 3 },
    ])
  })
  it('does what moves at once do, cycles included', () => {
    const moves = fc.uniqueArray(fc.record({ dst: fc.nat(7), src: fc.nat(7) }), { selector: ({ dst }) => dst })
    fc.assert(
      fc.property(moves, (parallel) => {
        let next = 100
        const held = run(sequenceMoves(parallel, () => next++))
        for (const { dst, src } of parallel) expect(held.get(dst) ?? dst).toBe(src)
        for (let register = 0; register < 8; register++) {
          if (!parallel.some(({ dst }) => dst === register)) expect(held.get(register) ?? register).toBe(register)
        }
      }),
      { numRuns: 500 },
    )
  })
})
