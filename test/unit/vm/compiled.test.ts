/**
 * Compiled programs in the VM: they leave what the interpreter of the IR leaves. `BORESCOPE_FUZZ_RUNS` makes it longer.
 */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { MapSpec } from '../../../src/spec/map-spec.ts'
import { forEachSum, iteratorSum, loopSum, twoCalls } from '../../support/programs-with-calls.ts'
import { arbitraryInputs, arbitrarySteps, buildFunction, OUTPUTS, TABLE } from '../../support/random-ir.ts'
import { compileForVm, vmWordsOf } from '../../support/run-in-vm.ts'
import { runRandom } from '../../support/run-random.ts'

const RUNS = Number(process.env.BORESCOPE_FUZZ_RUNS ?? 100)
const array = (name: string, valueSize: number, maxEntries = 1): MapSpec => ({ name, kind: 'array', keySize: 4, valueSize, maxEntries })

it('random programs', { timeout: 60_000 + RUNS * 100 }, () => {
  fc.assert(
    fc.property(arbitrarySteps, arbitraryInputs, (steps, inputs) => {
      const maps = [array('in', inputs.length * 8), array('out', OUTPUTS * 8), array('table', 8, TABLE)]
      const machine = compileForVm(buildFunction(steps), { maps })
      const values = BigUint64Array.from(inputs.map((value) => BigInt.asUintN(64, value)))
      machine.map('in').update(new Uint8Array(4), [new Uint8Array(values.buffer)])
      machine.run(new Uint8Array(8))
      const entries = machine.map('table').entries()
      const table = entries.map(({ values: [value] }) => new BigUint64Array(Uint8Array.from(value ?? []).buffer)[0])
      expect([...vmWordsOf(machine, 'out'), ...table]).toEqual(runRandom(buildFunction(steps), inputs))
    }),
    { numRuns: RUNS },
  )
})

it.each([
  ['two calls', twoCalls, 25n + 49n],
  ['bpf_loop', loopSum, 4950n],
  ['an iterator', iteratorSum, 4950n],
])('programs of several functions: %s', (_name, make, expected) => {
  expect(compileForVm(make()).run(new Uint8Array(64))).toBe(expected)
})

it('programs of several functions: bpf_for_each_map_elem', () => {
  const bytes = (value: bigint) => new Uint8Array(BigUint64Array.of(value).buffer)
  const machine = compileForVm(forEachSum(), { maps: [{ name: 'numbers', kind: 'hash', keySize: 8, valueSize: 8, maxEntries: 8 }] })
  for (const [key, value] of [
    [1n, 10n],
    [2n, 20n],
    [3n, 30n],
  ] as const)
    machine.map('numbers').update(bytes(key), [bytes(value)])
  expect(machine.run(new Uint8Array(64))).toBe(10n + 40n + 90n)
})
