/**
 * Random probe functions in TypeScript: whatever the compiler accepts, the kernel's verifier takes. Loaded only; nothing is
 * attached. What they compute is compared with JavaScript in `typescript-meaning.test.ts`.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { VerifierError } from '../../src/base/errors.ts'
import { createKernelExecutor } from '../../src/kernel/loader/kernel-executor.ts'
import { buildProgram } from '../../src/session/program/build-object.ts'
import { ProgramError } from '../../src/session/program/program-error.ts'
import { arbitraryChoices } from '../support/choices.ts'
import { frozenTypeSource } from '../support/frozen-type-source.ts'
import { needs } from '../support/needs.ts'
import { randomProbe } from '../support/random-probe/function.ts'
import { programOf } from '../support/random-probe/parts.ts'
import { numberOfRuns } from '../support/runs.ts'

const RUNS = numberOfRuns({ short: 100, long: 2000 })
/** What ends the search for a smaller counterexample. */
const TIME_LIMIT_MS = 60_000 + RUNS * 400
/** Numbers that a function is made of at most. */
const LENGTH = 1500
/** The part of the functions that the compiler accepts at least. */
const LEAST_ACCEPTED = 0.5
const LOG_END = 3000

interface RandomFunction {
  readonly text: string
  readonly isReturn: boolean
}

/** Loads what the compiler accepts; false when it accepts nothing. Throws when the kernel refuses. */
function loads({ text, isReturn }: RandomFunction): boolean {
  try {
    const { object } = buildProgram(programOf(text, isReturn), frozenTypeSource)
    createKernelExecutor().load(object, { constants: new Map() }).close()
    return true
  } catch (error) {
    if (error instanceof ProgramError) return false
    if (error instanceof VerifierError) throw new Error(`${error.message}\n${error.log.slice(-LOG_END)}`)
    throw error
  }
}

describe('the verifier takes what the compiler accepts', { timeout: 2 * TIME_LIMIT_MS }, () => {
  it('random probe functions', (context) => {
    needs(context, 'root')
    let accepted = 0
    let tried = 0
    const functions = arbitraryChoices(LENGTH).map((choices): RandomFunction => {
      const isReturn = choices.once(5)
      return { text: randomProbe(choices, isReturn), isReturn }
    })
    fc.assert(
      fc.property(functions, (fn) => {
        tried++
        if (loads(fn)) accepted++
      }),
      { numRuns: RUNS, interruptAfterTimeLimit: TIME_LIMIT_MS },
    )
    expect(tried).toBeGreaterThanOrEqual(RUNS)
    console.log(`${accepted} of ${tried} random probe functions were accepted, and all of them loaded`)
    expect(accepted / tried).toBeGreaterThan(LEAST_ACCEPTED)
  })
})
