/**
 * Every conformance case in the kernel, through BPF_PROG_TEST_RUN: what the VM answers is what the kernel answers, and what stops a
 * program there is refused here.
 */
import { describe, expect, test } from 'vitest'
import { SyscallError, VerifierError } from '../../src/base/errors.ts'
import { createKernelExecutor } from '../../src/kernel/loader/kernel-executor.ts'
import type { KernelObject } from '../../src/kernel/loader/kernel-object.ts'
import { type ConformanceCase, readConformanceCases } from '../support/conformance-case.ts'
import { conformanceProgram, readOutcome, setArguments, withFunctions } from '../support/conformance-program.ts'
import { needs } from '../support/needs.ts'

const cases = readConformanceCases().filter(({ vmOnly }) => vmOnly === undefined)

describe.each([...new Set(cases.map(({ file }) => file))])('%s', (file) => {
  const group = cases.filter((each) => each.file === file)
  test.for(group.map((each) => [each.name, each] as const))('%s', ([, each], context) => {
    needs(context, 'root')
    if (each.runs.some(({ result }) => 'fault' in result)) expect(() => load(each).close()).toThrow(refusal)
    else runAll(each)
  })
})

const refusal = expect.toSatisfy(
  (error: unknown) => error instanceof VerifierError || (error instanceof SyscallError && error.errno === 'EINVAL'),
)

function load(each: ConformanceCase): KernelObject {
  const { maps, programs } = conformanceProgram(each)
  const object = { license: 'GPL', maps, programs: programs.map(withFunctions), records: [], sites: new Map() }
  return createKernelExecutor().load(object, { constants: new Map() })
}

function runAll(each: ConformanceCase): void {
  const object = load(each)
  const map = (name: string) => object.map(name)
  try {
    for (const [index, { name }] of each.tails.entries()) object.setTailCall('programs', index, name)
    for (const { line, args, result } of each.runs) {
      setArguments(map, each, args)
      object.run('case')
      expect(readOutcome(map, each), `line ${line}`).toMatchObject(result)
    }
  } finally {
    object.close()
  }
}
