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
import { validateProgram } from '../support/validate-program.ts'

const RUNS = numberOfRuns({ short: 100, long: 2000 })
/** What ends the search for a smaller counterexample. */
const TIME_LIMIT_MS = 60_000 + RUNS * 400
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
    onFunction: validateProgram,
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

/** Scripts that were accepted once, and then failed to compile or to load. */
const FOUND: readonly (readonly [why: string, script: string])[] = [
  [
    'delete() of an aggregation without a key is no access to one memory',
    'BEGIN { @c = count(); @s = stats(1); delete(@c); print(delete(@s)); }',
  ],
  [
    'delete() of a histogram by key has a bucket in its key',
    'BEGIN { @h["k"] = hist(5, 5); @l[1, 2] = lhist(5, 0, 1000, 1); delete(@h, "k"); delete(@l, (1, 2)); }',
  ],
  [
    'an address in the record of a tracepoint is a number',
    'tracepoint:sched:sched_process_exec { $f = args.filename; print(((uint64)$f * 3, str($f), args.filename == 0)); }',
  ],
  ['a tuple of a map that is assigned to further down', 'BEGIN { @a[(1, (@b, comm))] = 1; @b = 5; @a[(2, (nsecs, "x"))] = 2; }'],
  ['a truth value of a map that holds its own', 'BEGIN { @a = (@a || pid > 1); @b = !@b; @c = (pid > 1 ? @c : "x"); }'],
  ['more rounds than the verifier remembers branches', `BEGIN { ${'if (str(nsecs) == str(rand)) { print(1); }'.repeat(20)} }`],
  [
    'a branch for each bucket of a histogram that is deleted',
    'uprobe:/frozen/native:do_work { @h[arg0] = hist(arg0, 5); unroll(9) { if (delete(@h, arg1)) { print(1); } } }',
  ],
  [
    'many ways to come to the deletion of a histogram of many buckets',
    `config = { max_strlen = 16 } uprobe:/frozen/native:do_work { @m1 = hist(pid); @m1 = hist((arg1 ?: (256 * *uaddr("flag"))));
      @m0[(arg3 << 63)] = hist((*uaddr("flag") - (arg2 ?: pid)), 5); @m1 = hist(nsecs); @m1 = hist((arg1 / (((-1 - arg3) & 0xff) + 1)));
      @m1 = hist((arg1 - (arg2 % 5ms))); @m1 = hist(arg3); if (-2147483649) { delete(@m0, arg5); $v0 = comm; } else { clear(@m1);
      print((((uint8)(*uaddr("flag")) <= arg3) || (1e6 >= arg1))); } $v1 = str((arg2 + 8), 0);
      @m0[(int8)(*uaddr("flag"))] = hist((-1 * arg3), 5); @m0[100] = hist(pid, 5); }`,
  ],
  [
    'a jump over more code than its offset can say',
    `config = { max_strlen = 2048 } uprobe:/frozen/native:do_work { if (arg0 > 1) { ${'@m[str(arg0)] = str(arg1);'.repeat(24)} } print(1); }`,
  ],
]

describe('the verifier takes what the checker accepts', { timeout: 2 * TIME_LIMIT_MS }, () => {
  it.each(FOUND)('%s', (_, script) => {
    expect(loads(script)).toBe(true)
  })
  it('or it is too large, and the user is told', () => {
    const text = 'config = { max_strlen = 20000 } BEGIN { @m[str(nsecs)] = str(rand); }'
    const { diagnostics } = compileScript(sourceText('large', text), { typeSource: frozenTypeSource })
    expect(diagnostics.map(({ code }) => code)).toEqual(['program-too-large'])
  })

  it('random scripts', (context) => {
    needs(context, 'root')
    let accepted = 0
    let tried = 0
    fc.assert(
      fc.property(arbitraryChoices(LENGTH).map(randomScript), (text) => {
        tried++
        if (loads(text)) accepted++
      }),
      { numRuns: RUNS, interruptAfterTimeLimit: TIME_LIMIT_MS },
    )
    expect(tried).toBeGreaterThanOrEqual(RUNS)
    console.log(`${accepted} of ${tried} random scripts were accepted, and all of them loaded`)
    expect(accepted / tried).toBeGreaterThan(LEAST_ACCEPTED)
  })
})
