/**
 * Compiled programs in the kernel: loaded as raw tracepoints, run by BPF_PROG_TEST_RUN, and compared with the interpreter.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sourceText } from '../../src/base/source-text.ts'
import { compileFunction } from '../../src/compiler/compile-function.ts'
import type { IrFunction } from '../../src/compiler/ir/ir.ts'
import { createKernelExecutor } from '../../src/kernel/loader/kernel-executor.ts'
import type { MapSpec } from '../../src/spec/map-spec.ts'
import { interpret } from '../support/ir-interpreter.ts'
import { arbitraryInputs, arbitrarySteps, buildFunction, INPUTS, OUTPUTS } from '../support/random-ir.ts'

const RUNS = Number(process.env.BORESCOPE_FUZZ_RUNS ?? 300)
const executor = createKernelExecutor()
const KEY = new Uint8Array(4)

const array = (name: string, valueSize: number): MapSpec => ({ name, kind: 'array', keySize: 4, valueSize, maxEntries: 1 })

/** Runs `fn` in the kernel; answers the bytes of the maps afterwards. */
function runInKernel(fn: IrFunction, maps: ReadonlyMap<string, Uint8Array>): Map<string, Uint8Array> {
  const compiled = compileFunction(fn, { lossMap: 'lost' })
  const object = executor.load(
    {
      license: 'GPL',
      maps: [...[...maps].map(([name, value]) => array(name, value.length)), ...compiled.maps],
      programs: [{ name: 'test', type: 'raw_tracepoint', instructions: compiled.instructions, attach: [], source: sourceText('test', '') }],
      records: [],
      sites: new Map(),
    },
    { constants: new Map() },
  )
  try {
    for (const [name, value] of maps) object.map(name).update(KEY, [value])
    object.run('test')
    return new Map([...maps.keys()].map((name) => [name, Uint8Array.from(object.map(name).lookup(KEY)?.[0] ?? [])]))
  } finally {
    object.close()
  }
}

function words(bytes: Uint8Array | undefined): bigint[] {
  return [...new BigUint64Array(Uint8Array.from(bytes ?? []).buffer)]
}

describe('random programs', () => {
  it('compute in the kernel what the interpreter computes', () => {
    fc.assert(
      fc.property(arbitrarySteps, arbitraryInputs, (steps, inputs) => {
        const input = new Uint8Array(BigUint64Array.from(inputs.map((value) => BigInt.asUintN(64, value))).buffer)
        const memory = new Map([
          ['in', input],
          ['out', new Uint8Array(OUTPUTS * 8)],
        ])
        interpret(buildFunction(steps), { context: new Uint8Array(64), maps: memory })
        const actual = runInKernel(
          buildFunction(steps),
          new Map([
            ['in', input],
            ['out', new Uint8Array(OUTPUTS * 8)],
          ]),
        )
        expect(words(actual.get('out'))).toEqual(words(memory.get('out')))
      }),
      { numRuns: RUNS },
    )
    expect(INPUTS).toBeGreaterThan(0)
  })
})
