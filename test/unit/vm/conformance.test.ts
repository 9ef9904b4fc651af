/**
 * Every conformance case in the VM. That the kernel agrees is `test/kernel/conformance.test.ts`.
 */
import { describe, expect, test } from 'vitest'
import { VmFault } from '../../../src/base/vm-fault.ts'
import { assemble } from '../../../src/format/asm/assemble.ts'
import { FORMS, formOf } from '../../../src/format/asm/forms.ts'
import { type ConformanceCase, readConformanceCases } from '../../support/conformance-case.ts'
import { loadInVm } from '../../support/conformance-runner.ts'

const cases = readConformanceCases()

describe.each([...new Set(cases.map(({ file }) => file))])('%s', (file) => {
  const group = cases.filter((each) => each.file === file)
  test.each(group.map((each) => [each.name, each] as const))('%s', (_name, each) => {
    expect(each.runs.length).toBeGreaterThan(0)
    const run = prepare(each)
    for (const { line, args, result } of each.runs) expect(run(args), `line ${line}`).toMatchObject(result)
  })
})

function prepare(each: ConformanceCase): (args: readonly bigint[]) => unknown {
  const attempt = <T>(what: () => T): T | { readonly fault: string } => {
    try {
      return what()
    } catch (error) {
      if (error instanceof VmFault) return { fault: error.kind }
      throw error
    }
  }
  const runner = attempt(() => loadInVm(each))
  return 'fault' in runner ? () => runner : (args) => attempt(() => runner.run(args))
}

test('every instruction there is has a case', () => {
  const used = new Set(
    cases.flatMap(({ code, tails }) => [code, ...tails.map((tail) => tail.code)].flatMap((text) => assemble(text).map(formOf))),
  )
  expect(FORMS.filter((form) => !used.has(form))).toEqual([])
})
