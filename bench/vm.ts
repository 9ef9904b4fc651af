/**
 * The virtual machine: simple instructions a second with every check on, what a map lookup costs, and what it costs to create a
 * machine for a small program.
 */
import { sourceText } from '../src/base/source-text.ts'
import { assemble } from '../src/format/asm/assemble.ts'
import type { MapSpec } from '../src/spec/map-spec.ts'
import { createMachine } from '../src/vm/machine.ts'
import { median } from './statistics.ts'

const CELL: MapSpec = { name: 'cell', kind: 'array', keySize: 4, valueSize: 64, maxEntries: 1 }
const COUNTS: MapSpec = { name: 'counts', kind: 'hash', keySize: 4, valueSize: 8, maxEntries: 1024 }

const PROGRAMS = {
  'arithmetic and a loop': `
    r0 = 0
    r1 = 50000000
    again:
    r0 += 3
    r0 ^= r1
    r2 = r0
    r2 <<= 7
    w0 += w2
    r3 = r0
    r3 >>= 9
    r0 ^= r3
    r1 -= 1
    if r1 != 0 goto again
    exit`,
  'loads and stores': `
    r0 = 0
    r6 = 20000000
    r7 = map[cell][0]+0
    again:
    r1 = *(u64 *)(r7 +8)
    r1 += 1
    *(u64 *)(r7 +8) = r1
    r2 = *(u32 *)(r7 +16)
    *(u64 *)(r10 -8) = r2
    r3 = *(u64 *)(r10 -8)
    r0 += r3
    r6 -= 1
    if r6 != 0 goto again
    exit`,
  'calls of a function': `
    r0 = 0
    r6 = 20000000
    again:
    r1 = r6
    call twice
    r6 -= 1
    if r6 != 0 goto again
    exit
    twice:
    r0 = r1
    r0 += r1
    exit`,
} as const

const LOOKUPS = 1_000_000
const LOOKUP = `
  r6 = ${LOOKUPS}
  again:
  r1 = r6
  r1 &= 1023
  *(u32 *)(r10 -4) = r1
  r1 = map[counts]
  r2 = r10
  r2 += -4
  call bpf_map_lookup_elem
  if r0 == 0 goto next
  r1 = 1
  lock *(u64 *)(r0 +0) += r1
  next:
  r6 -= 1
  if r6 != 0 goto again
  r0 = 0
  exit`

/** Measures and prints. */
export function benchVm({ rounds }: { readonly rounds: number }): void {
  console.log('\nThe virtual machine, faults and source lines on:')
  for (const [name, code] of Object.entries(PROGRAMS)) {
    const machine = machineFor(code)
    const rates = repeat(rounds, () => {
      const time = timeOf(() => machine.run())
      return machine.instructionsRun / time / 1000
    })
    console.log(`${name.padEnd(24)}${median(rates).toFixed(0).padStart(7)} million instructions a second`)
  }
  const machine = machineFor(LOOKUP)
  for (let i = 0; i < 1024; i++) machine.map('counts').update(new Uint8Array(Uint32Array.of(i).buffer), [new Uint8Array(8)])
  const lookups = repeat(rounds, () => (timeOf(() => machine.run()) / LOOKUPS) * 1e6)
  console.log(`${'a lookup in a hash'.padEnd(24)}${median(lookups).toFixed(0).padStart(7)} ns`)
  // Each time another program: the host remembers modules that it has seen.
  const creations = repeat(rounds * 50, (round) => timeOf(() => machineFor(small(round)).run(new Uint8Array(8))) * 1000)
  console.log(`${'create, and run once'.padEnd(24)}${median(creations).toFixed(0).padStart(7)} us`)
}

const small = (number: number): string => `
  r0 = *(u64 *)(r1 +0)
  if r0 == 5 goto out
  r0 += ${number}
  *(u64 *)(r10 -8) = r0
  out:
  r0 += 1
  exit`

function machineFor(code: string) {
  const source = sourceText('bench', code)
  const instructions = assemble(code).map((instruction) => ({ ...instruction, span: { start: 0, end: 1 } }))
  return createMachine({ programs: [{ name: 'bench', instructions, source }], maps: [CELL, COUNTS], budget: 1e12 })
}

function repeat(rounds: number, measure: (round: number) => number): readonly number[] {
  measure(-1)
  return Array.from({ length: rounds }, (_, round) => measure(round))
}

function timeOf(what: () => unknown): number {
  const start = performance.now()
  what()
  return performance.now() - start
}
