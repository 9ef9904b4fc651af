/**
 * Every conformance case in the kernel, through BPF_PROG_TEST_RUN: what the VM answers is what the kernel answers, and what stops a
 * program there is refused here. Then random programs in both. `BORESCOPE_FUZZ_RUNS` makes it longer.
 */
import fc from 'fast-check'
import { describe, expect, type TestContext, test } from 'vitest'
import { SyscallError, VerifierError } from '../../src/base/errors.ts'
import { type ConformanceCase, readConformanceCases } from '../support/conformance-case.ts'
import { missingKernel } from '../support/conformance-kernel.ts'
import { conformanceProgram } from '../support/conformance-program.ts'
import { loadInKernel, loadInVm } from '../support/conformance-runner.ts'
import { needs } from '../support/needs.ts'
import { arbitraryAssembly } from '../support/random-assembly.ts'

const RUNS = Number(process.env.BORESCOPE_FUZZ_RUNS ?? 200)
const cases = readConformanceCases().filter(({ vmOnly }) => vmOnly === undefined)

describe.each([...new Set(cases.map(({ file }) => file))])('%s', (file) => {
  const group = cases.filter((each) => each.file === file)
  test.for(group.map((each) => [each.name, each] as const))('%s', ([, each], context) => {
    needs(context, 'root')
    needsKernel(context, each)
    if (each.runs.some(({ result }) => 'fault' in result)) expect(() => loadInKernel(each).close()).toThrow(refusal)
    else runAll(each)
  })
})

test('random programs', { timeout: 60_000 + RUNS * 100 }, (context) => {
  needs(context, 'root')
  // They use the newest arithmetic.
  for (const each of cases.filter(({ file }) => file === 'alu64.txt')) needsKernel(context, each)
  fc.assert(
    fc.property(arbitraryAssembly, ({ each, args }) => {
      const vm = loadInVm(each)
      const kernel = loadInKernel(each)
      try {
        for (const values of args) expect(vm.run(values), each.code).toEqual(kernel.run(values))
      } finally {
        kernel.close()
      }
    }),
    { numRuns: RUNS },
  )
})

/** Skips a case on a kernel that is older than what it uses. */
function needsKernel(context: TestContext, each: ConformanceCase): void {
  const version = missingKernel(conformanceProgram(each))
  if (version !== undefined) context.skip(`needs Linux ${version}`)
}

const refusal = expect.toSatisfy(
  (error: unknown) => error instanceof VerifierError || (error instanceof SyscallError && error.errno === 'EINVAL'),
)

function runAll(each: ConformanceCase): void {
  const kernel = loadInKernel(each)
  try {
    for (const { line, args, result } of each.runs) expect(kernel.run(args), `line ${line}`).toMatchObject(result)
  } finally {
    kernel.close()
  }
}
