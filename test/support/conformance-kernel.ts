/**
 * The first kernel that can run a conformance case, by its instructions, helpers and maps.
 */
import { HELPERS } from '../../src/format/asm/helpers.ts'
import { type Instruction, PSEUDO } from '../../src/format/asm/instruction.ts'
import { type IsaVersion, isaVersionOf, isNewAtomic } from '../../src/format/asm/isa-version.ts'
import { CLASS, JMP, ORDERED } from '../../src/format/asm/opcodes.ts'
import { isAtLeast, type KernelVersion, parseKernelVersion, readKernelVersion } from '../../src/kernel/procfs/kernel-version.ts'
import type { MapKind } from '../../src/spec/map-spec.ts'
import type { ConformanceProgram } from './conformance-program.ts'

const OF_VERSION: Readonly<Record<IsaVersion, string>> = { 1: '5.10', 2: '5.10', 3: '5.10', 4: '6.6' }
const OF_MAP: Readonly<Partial<Record<MapKind, string>>> = { bloom_filter: '5.16' }
/** Iterators over numbers, the only kfuncs of the cases. */
const KFUNCS = '6.4'

/** The version that this kernel lacks; undefined when it is new enough. */
export function missingKernel({ programs, maps }: ConformanceProgram): string | undefined {
  const wanted = [...programs.flatMap(({ instructions }) => instructions.map(kernelOf)), ...maps.flatMap(({ kind }) => OF_MAP[kind] ?? [])]
  const here: KernelVersion = readKernelVersion()
  return wanted.find((version) => !isAtLeast(here, parseKernelVersion(version)))
}

function kernelOf(instruction: Instruction): string {
  if (isNewAtomic(instruction)) return Object.values<number>(ORDERED).includes(Number(instruction.imm)) ? '6.15' : '5.12'
  if (instruction.opcode === (CLASS.jmp | JMP.call)) {
    if (instruction.src === PSEUDO.kfunc) return KFUNCS
    if (instruction.src === PSEUDO.call) return OF_VERSION[1]
    return Object.values(HELPERS).find(({ id }) => id === Number(instruction.imm))?.kernel ?? OF_VERSION[1]
  }
  return OF_VERSION[isaVersionOf(instruction)]
}
