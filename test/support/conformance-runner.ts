/**
 * Running a conformance program in the VM and in the kernel. Arguments go in, r0 and the map `memory` come out.
 */
import { createKernelExecutor } from '../../src/kernel/loader/kernel-executor.ts'
import { createMachine } from '../../src/vm/machine.ts'
import type { ConformanceCase } from './conformance-case.ts'
import { conformanceProgram, type Outcome, readOutcome, setArguments, withFunctions } from './conformance-program.ts'

/** A loaded case. */
export interface ConformanceRunner {
  run(args: readonly bigint[]): Outcome
  close(): void
}

/** Loads a case into a VM. Throws `VmFault` when it is malformed; `run` throws it for what the program does. */
export function loadInVm(each: ConformanceCase): ConformanceRunner {
  const machine = createMachine({ ...conformanceProgram(each), budget: 1_000_000 })
  const map = (name: string) => machine.map(name)
  for (const [index, { name }] of each.tails.entries()) machine.setTailCall('programs', index, name)
  return {
    run(args) {
      setArguments(map, each, args)
      machine.run()
      return readOutcome(map, each)
    },
    close() {},
  }
}

/** Loads a case into the kernel. Throws what loading throws. */
export function loadInKernel(each: ConformanceCase): ConformanceRunner {
  const { maps, programs } = conformanceProgram(each)
  const object = createKernelExecutor().load(
    { license: 'GPL', maps, programs: programs.map(withFunctions), records: [], sites: new Map() },
    { constants: new Map() },
  )
  const map = (name: string) => object.map(name)
  for (const [index, { name }] of each.tails.entries()) object.setTailCall('programs', index, name)
  return {
    run(args) {
      setArguments(map, each, args)
      object.run('case')
      return readOutcome(map, each)
    },
    close: () => object.close(),
  }
}
