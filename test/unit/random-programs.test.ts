/**
 * Random programs mean the same in the interpreter of the IR, in the VM as code generation makes them of it, and in the VM when
 * the passes have been over them. The kernel's answer is compared in `test/kernel/random-programs.test.ts`.
 */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { arbitraryInputs, arbitrarySteps } from '../support/random-ir/step.ts'
import { buildFunction } from '../support/random-ir.ts'
import { runRandom } from '../support/run-random.ts'
import { compileRandom, runInVm, USUAL, variantsOf } from '../support/run-random-compiled.ts'
import { numberOfRuns } from '../support/runs.ts'

const RUNS = numberOfRuns({ short: 60, long: 5000 })
const TIME_LIMIT_MS = 60_000 + RUNS * 200

it('random programs: interpreter = VM = VM optimised', { timeout: 2 * TIME_LIMIT_MS }, () => {
  let [tried, spilled, tooLarge] = [0, 0, 0]
  fc.assert(
    fc.property(arbitrarySteps, arbitraryInputs, (steps, inputs) => {
      const expected = runRandom(buildFunction(steps), inputs)
      tried++
      for (const variant of variantsOf(tried)) {
        const compiled = compileRandom(steps, variant)
        if (compiled === undefined) tooLarge++
        else expect(runInVm(compiled, inputs), JSON.stringify(variant)).toEqual(expected)
        if (variant === USUAL && compiled !== undefined && compiled.spilled() > 0) spilled++
      }
    }),
    { numRuns: RUNS, interruptAfterTimeLimit: TIME_LIMIT_MS },
  )
  expect(tooLarge / tried).toBeLessThan(0.05)
  expect(tried).toBeGreaterThanOrEqual(RUNS)
  // Registers run out in a good part of them: else the test says nothing about spills.
  expect(spilled / tried).toBeGreaterThan(0.2)
})
