/**
 * Random programs mean the same everywhere: in the interpreter of the IR, and as compiled with and without optimisation, in the VM
 * and in the kernel.
 */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { watchFdLeaks } from '../support/fd-leaks.ts'
import { needs } from '../support/needs.ts'
import { KEPT } from '../support/random-ir/kept.ts'
import { arbitraryInputs, arbitrarySteps, INPUTS, type Step } from '../support/random-ir/step.ts'
import { buildFunction } from '../support/random-ir.ts'
import { runRandom } from '../support/run-random.ts'
import { compileRandom, runInKernel, runInVm, USUAL, variantsOf } from '../support/run-random-compiled.ts'
import { numberOfRuns } from '../support/runs.ts'

watchFdLeaks()

const PROGRAMS = numberOfRuns({ short: 500, long: 20_000 })
/** Programs that are loaded together. */
const BATCH = 10
const TIME_LIMIT_MS = 60_000 + PROGRAMS * 200

interface Case {
  readonly steps: readonly Step[]
  readonly inputs: readonly bigint[]
}

const cases = fc.array(fc.record<Case>({ steps: arbitrarySteps, inputs: arbitraryInputs }), { minLength: BATCH, maxLength: BATCH })

it('random programs: interpreter = VM = kernel, optimised or not', { timeout: 2 * TIME_LIMIT_MS }, (context) => {
  needs(context, 'root')
  let [tried, spilled, tooLarge] = [0, 0, 0]
  const check = (batch: readonly Case[]) => {
    tried += batch.length
    for (const variant of variantsOf(tried / batch.length)) {
      const fitting = batch.flatMap(({ steps, inputs }) => {
        const compiled = compileRandom(steps, variant)
        return compiled === undefined ? [] : [{ compiled, inputs, expected: runRandom(buildFunction(steps), inputs) }]
      })
      tooLarge += batch.length - fitting.length
      const expected = fitting.map((one) => one.expected)
      const inVm = fitting.map(({ compiled, inputs }) => runInVm(compiled, inputs))
      expect(inVm, `VM, ${JSON.stringify(variant)}`).toEqual(expected)
      expect(runInKernel(fitting), `kernel, ${JSON.stringify(variant)}`).toEqual(expected)
      if (variant === USUAL) spilled += fitting.filter(({ compiled }) => compiled.spilled() > 0).length
    }
  }
  // A batch shrinks to the one program that matters.
  const property = fc.property(cases, (batch) => check(batch))
  fc.assert(property, { numRuns: Math.ceil(PROGRAMS / BATCH), interruptAfterTimeLimit: TIME_LIMIT_MS })
  console.log(`${tried} random programs, ${spilled} of them with spilled registers; ${tooLarge} too large for the stack`)
  expect(tooLarge / tried).toBeLessThan(0.05)
  expect(tried).toBeGreaterThanOrEqual(PROGRAMS)
  expect(spilled / tried).toBeGreaterThan(0.2)
})

it.for(KEPT)('kept: %s', ([, steps], context) => {
  needs(context, 'root')
  const inputs = Array.from({ length: INPUTS }, (_, i) => BigInt(i))
  const expected = [runRandom(buildFunction(steps), inputs)]
  for (const variant of [0, 1, 2].flatMap(variantsOf)) {
    const compiled = compileRandom(steps, variant)
    if (compiled === undefined) throw new Error('outgrows the stack')
    expect(runInVm(compiled, inputs)).toEqual(expected[0])
    expect(runInKernel([{ compiled, inputs }])).toEqual(expected)
  }
})
