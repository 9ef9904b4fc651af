/**
 * Programs of several functions in the VM. Random programs are in `test/unit/random-programs.test.ts`.
 */
import { expect, it } from 'vitest'
import { forEachSum, iteratorSum, loopSum, twoCalls } from '../../support/programs-with-calls.ts'
import { compileForVm } from '../../support/run-in-vm.ts'

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
