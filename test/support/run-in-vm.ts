/**
 * Compiling a function of the IR for the virtual machine: no root, no kernel. An object as it is goes to `createMachine` itself.
 */
import { sourceText } from '../../src/base/source-text.ts'
import { compileProgram } from '../../src/compiler/compile-program.ts'
import type { IrFunction } from '../../src/compiler/ir/ir.ts'
import { validateFunction } from '../../src/compiler/ir/validate.ts'
import { LOSS_MAP, type MapSpec } from '../../src/spec/map-spec.ts'
import type { Environment } from '../../src/vm/environment.ts'
import { createMachine, type Machine } from '../../src/vm/machine.ts'

/** What the machine has beside the program. */
export interface VmOptions {
  readonly maps?: readonly MapSpec[]
  readonly constants?: ReadonlyMap<string, bigint>
  readonly environment?: Partial<Environment>
  readonly budget?: number
}

/** Compiles `fn` (every pass checked by the validator) into a machine; `run()` runs it. Changes `fn`, as compiling does. */
export function compileForVm(fn: IrFunction, options: VmOptions = {}): Machine {
  const { maps, ...code } = compileProgram(fn, { lossMap: LOSS_MAP, onPass: (_name, changed) => validateFunction(changed) })
  const lossMap: MapSpec = { name: LOSS_MAP, kind: 'array', keySize: 4, valueSize: 16, maxEntries: 1 }
  return createMachine({
    ...options,
    programs: [{ name: 'test', ...code, source: sourceText('test', '') }],
    maps: [lossMap, ...(options.maps ?? []).filter(({ name }) => name !== LOSS_MAP), ...maps],
  })
}
