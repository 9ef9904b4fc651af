/**
 * Every pass keeps a function valid and its meaning: random functions give the same results before and afterPass, in the
 * interpreter. What each pass achieves is shown beside it.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitraryInputs, arbitrarySteps } from '../../../test/support/random-ir/step.ts'
import { buildFunction } from '../../../test/support/random-ir.ts'
import { runRandom } from '../../../test/support/run-random.ts'
import { instructionSet } from '../../spec/instruction-set.ts'
import { validateFunction } from '../ir/validate.ts'
import type { Pass } from './pass.ts'
import { FINAL_PASSES, initialPasses, REPEATED_PASSES } from './pass-list.ts'
import { placeLargeSlots } from './place-large-slots.ts'

const place: Pass = {
  name: 'place-large-slots',
  run: (fn) => placeLargeSlots(fn, { map: 'scratch', room: 40, lossMap: 'lost' }) !== undefined,
}
const PASSES = [...new Set([...initialPasses(instructionSet(1)), ...REPEATED_PASSES, ...FINAL_PASSES, place])]

describe('meaning is kept', () => {
  it.each(PASSES.map((pass) => [pass.name, pass] as const))('by %s alone', (_name, pass) => {
    fc.assert(
      fc.property(arbitrarySteps, arbitraryInputs, (steps, inputs) => {
        const fn = buildFunction(steps)
        pass.run(fn)
        validateFunction(fn)
        expect(runRandom(fn, inputs)).toEqual(runRandom(buildFunction(steps), inputs))
      }),
      { numRuns: 25 },
    )
  })
  it('by passes in any order', () => {
    fc.assert(
      fc.property(
        arbitrarySteps,
        arbitraryInputs,
        fc.array(fc.nat(PASSES.length - 2), { minLength: 2, maxLength: 8 }),
        (steps, inputs, order) => {
          const fn = buildFunction(steps)
          for (const index of order) PASSES[index]?.run(fn)
          validateFunction(fn)
          expect(runRandom(fn, inputs)).toEqual(runRandom(buildFunction(steps), inputs))
        },
      ),
      { numRuns: 50 },
    )
  })
})
