/**
 * Compiling a function of the IR and running it once in the kernel, as a raw tracepoint through BPF_PROG_TEST_RUN.
 */
import { sourceText } from '../../src/base/source-text.ts'
import { compileProgram } from '../../src/compiler/compile-program.ts'
import type { IrFunction } from '../../src/compiler/ir/ir.ts'
import { validateFunction } from '../../src/compiler/ir/validate.ts'
import { createKernelExecutor } from '../../src/kernel/loader/kernel-executor.ts'
import type { LoadedObject } from '../../src/spec/executor.ts'
import type { InstructionSet } from '../../src/spec/instruction-set.ts'
import { LOSS_MAP, type MapSpec } from '../../src/spec/map-spec.ts'

/** The key of a one-entry array. */
export const FIRST = new Uint8Array(4)

/** A one-entry array. */
export const cell = (name: string, valueSize: number): MapSpec => ({ name, kind: 'array', keySize: 4, valueSize, maxEntries: 1 })

/** What to load beside the function. */
export interface RunOptions {
  readonly maps?: readonly MapSpec[]
  readonly constants?: ReadonlyMap<string, bigint>
  /** v3 when absent. */
  readonly instructionSet?: InstructionSet
}

/** Loads `fn` (every pass checked by the validator) and hands the object to `use`; `run()` runs the program. */
export function withCompiled<T>(fn: IrFunction, options: RunOptions, use: (object: LoadedObject, run: () => number) => T): T {
  const { maps, ...code } = compileProgram(fn, {
    lossMap: LOSS_MAP,
    instructionSet: options.instructionSet,
    onPass: (_name, changed) => validateFunction(changed),
  })
  const object = createKernelExecutor().load(
    {
      license: 'GPL',
      maps: [cell(LOSS_MAP, 8), ...(options.maps ?? []), ...maps],
      programs: [{ name: 'test', type: 'raw_tracepoint', ...code, attach: [], source: sourceText('test', '') }],
      records: [],
      sites: new Map(),
    },
    { constants: options.constants ?? new Map() },
  )
  try {
    return use(object, () => object.run('test'))
  } finally {
    object.close()
  }
}

/** The 64-bit words of a one-entry array. */
export function wordsOf(object: LoadedObject, map: string): bigint[] {
  return [...new BigUint64Array(Uint8Array.from(object.map(map).lookup(FIRST)?.[0] ?? []).buffer)]
}
