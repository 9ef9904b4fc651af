/**
 * Random bpftrace scripts: whatever the checker accepts compiles, and the kernel's verifier takes it. Loaded only; nothing
 * is attached. A script that is accepted and then refused is a bug of ours, and its case is kept in the table below.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { VerifierError } from '../../src/base/errors.ts'
import { sourceText } from '../../src/base/source-text.ts'
import { compileScript } from '../../src/frontend/bpftrace/compile.ts'
import { createKernelExecutor } from '../../src/kernel/loader/kernel-executor.ts'
import { possibleCpuCount } from '../../src/kernel/procfs/cpus.ts'
import { arbitraryChoices } from '../support/choices.ts'
import { frozenTypeSource } from '../support/frozen-type-source.ts'
import { needs } from '../support/needs.ts'
import { randomScript } from '../support/random-script/script.ts'
import { numberOfRuns } from '../support/runs.ts'

const RUNS = numberOfRuns({ short: 150, long: 2000 })
/** Numbers that a script is made of at most. */
const LENGTH = 1200
/** The part of the scripts that the checker accepts at least: the generator leans towards valid ones. */
const LEAST_ACCEPTED = 0.5
/** Small, so that hundreds of rings cost nothing. */
const RING_BUFFER_SIZE = 4096
const CONSTANTS = new Map([['start_ns', 0n]])

/** Loads what the checker accepts; false when it accepts nothing. Throws, with the script, when the kernel refuses. */
function loads(text: string): boolean {
  const { object } = compileScript(sourceText('random', text), {
    typeSource: frozenTypeSource,
    possibleCpus: possibleCpuCount(),
    ringBufferSize: RING_BUFFER_SIZE,
  })
  if (object === undefined) return false
  try {
    createKernelExecutor().load(object, { constants: CONSTANTS }).close()
  } catch (error) {
    if (error instanceof VerifierError) throw new Error(`${error.message}\n${error.log.slice(-LOG_END)}`)
    throw error
  }
  return true
}
const LOG_END = 3000

describe('the verifier takes what the checker accepts', { timeout: 60_000 + RUNS * 200 }, () => {
  it('of random scripts', (context) => {
    needs(context, 'root')
    let accepted = 0
    let tried = 0
    fc.assert(
      fc.property(arbitraryChoices(LENGTH).map(randomScript), (text) => {
        tried++
        if (loads(text)) accepted++
      }),
      { numRuns: RUNS },
    )
    console.log(`${accepted} of ${tried} random scripts were accepted, and all of them loaded`)
    expect(accepted / tried).toBeGreaterThan(LEAST_ACCEPTED)
  })
})
