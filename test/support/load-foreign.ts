/**
 * Loads programs of types that borescope does not load, for the words of their refusals. Run as a program it takes those that
 * are refused to the unprivileged, and prints their logs as JSON: a test starts it with fewer capabilities.
 */
import { encodeInstructions } from '../../src/format/asm/encode.ts'
import { bpf } from '../../src/kernel/sys/bpf.ts'
import { encodeProgramLoad } from '../../src/kernel/sys/bpf-program.ts'
import { UNPRIVILEGED_PROGRAMS } from './refused-programs/foreign.ts'
import type { ForeignProgram } from './refused-programs/parts.ts'

/** The verifier's log of a program that refers to nothing; throws when it is loaded. */
export function foreignLog({ name, type, instructions, sleepable = false }: ForeignProgram): string {
  const buffer = new Uint8Array(65536)
  const encoded = encodeInstructions(instructions, () => ({ pseudo: 0, value: 0n }))
  const log = { level: 1, buffer }
  const { errno } = bpf(
    'PROG_LOAD',
    encodeProgramLoad({ type, instructions: encoded, license: 'GPL', name: 'foreign', expectedAttachType: 0, sleepable, log }),
  )
  if (errno === undefined) throw new Error(`the kernel loads ${name}`)
  return Buffer.from(buffer.subarray(0, buffer.indexOf(0))).toString('latin1')
}

if (process.argv[1] === import.meta.filename) console.log(JSON.stringify(UNPRIVILEGED_PROGRAMS.map(foreignLog)))
