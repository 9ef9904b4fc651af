/**
 * Small machines for tests of the virtual machine: one program in assembly.
 */
import { assemble } from '../../src/format/asm/assemble.ts'
import type { MapKind, MapSpec } from '../../src/spec/map-spec.ts'
import { createMachine, type Machine, type MachineOptions } from '../../src/vm/machine.ts'

/** A machine of one program, `main`. */
export function machineFor(code: string, options: Partial<MachineOptions> = {}): Machine {
  return createMachine({ programs: [{ name: 'main', instructions: assemble(code) }], ...options })
}

/** A map of keys of 4 bytes, values of 8 and 4 entries, unless the sizes say otherwise. */
export const mapSpec = (name: string, kind: MapKind, [keySize = 4, valueSize = 8, maxEntries = 4]: readonly number[] = []): MapSpec => ({
  name,
  kind,
  keySize,
  valueSize,
  maxEntries,
})

/** 64-bit words as bytes. */
export const words = (...values: readonly bigint[]): Uint8Array => new Uint8Array(BigUint64Array.from(values).buffer)
/** A key of 4 bytes. */
export const key = (value: number): Uint8Array => new Uint8Array(Uint32Array.of(value).buffer)
