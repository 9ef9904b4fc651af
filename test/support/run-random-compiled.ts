/**
 * Runs random functions (`random-ir.ts`) compiled: in the VM and in the kernel, with and without optimisation. All answer what
 * `runRandom` answers in the interpreter.
 */
import { sourceText } from '../../src/base/source-text.ts'
import { generateCode } from '../../src/compiler/codegen/ebpf/generate.ts'
import { type CompiledProgram, compileProgram } from '../../src/compiler/compile-program.ts'
import { functionsOf } from '../../src/compiler/ir/program-functions.ts'
import { TooLarge } from '../../src/compiler/too-large.ts'
import { createKernelExecutor } from '../../src/kernel/loader/kernel-executor.ts'
import type { LoadedObject } from '../../src/spec/executor.ts'
import { instructionSet } from '../../src/spec/instruction-set.ts'
import { LOSS_MAP, type MapSpec } from '../../src/spec/map-spec.ts'
import { createMachine } from '../../src/vm/machine.ts'
import { TABLE } from './random-ir/memory.ts'
import { INPUTS, type Step } from './random-ir/step.ts'
import { buildFunction, OUTPUTS } from './random-ir.ts'
import { wordsIn } from './run-random.ts'

const array = (name: string, valueSize: number): MapSpec => ({ name, kind: 'array', keySize: 4, valueSize, maxEntries: 1 })
const MAPS: readonly MapSpec[] = [
  array('in', INPUTS * 8),
  array('out', OUTPUTS * 8),
  // A hash: Linux 6.18 leaves out the null check of a lookup in an array where it takes the index for a constant, and is wrong at times.
  { name: 'table', kind: 'hash', keySize: 4, valueSize: 8, maxEntries: TABLE },
  array(LOSS_MAP, 16),
  { name: 'ring', kind: 'ringbuf', keySize: 0, valueSize: 0, maxEntries: 65536 },
]
const index = (number: number) => new Uint8Array(Uint32Array.of(number).buffer)
const FIRST = index(0)

/** A compiled random function. */
export interface CompiledRandom {
  readonly code: CompiledProgram
  /** Bytes of stack for values that found no register, in all its functions. */
  readonly spilled: () => number
}

/** A way to compile. */
export interface Variant {
  readonly optimisation: 'none' | 'full'
  /** Of the instruction set. */
  readonly version: 1 | 2 | 3 | 4
}
/** Optimised as usual. */
export const USUAL: Variant = { optimisation: 'full', version: 3 }
const OTHERS: readonly Variant[] = ([1, 2, 4] as const).map((version) => ({ optimisation: 'full', version }))

/** The ways that are compared for the n-th program: not optimised, as usual, and for one of the other instruction sets. */
export function variantsOf(n: number): readonly Variant[] {
  return [{ optimisation: 'none', version: 3 }, USUAL, OTHERS[n % OTHERS.length] ?? USUAL]
}

/** Compiles the function that steps describe; undefined when it outgrows the stack, as few do that are not optimised. */
export function compileRandom(steps: readonly Step[], variant: Variant): CompiledRandom | undefined {
  try {
    return compileSteps(steps, variant)
  } catch (error) {
    if (error instanceof TooLarge) return undefined
    throw error
  }
}

function compileSteps(steps: readonly Step[], { optimisation, version }: Variant): CompiledRandom {
  const fn = buildFunction(steps)
  const set = instructionSet(version)
  const code = compileProgram(fn, { lossMap: LOSS_MAP, optimisation, instructionSet: set })
  return { code, spilled: () => functionsOf(fn).reduce((sum, one) => sum + generateCode(one, set).spillSize, 0) }
}

/** The maps and the ring of an executor. */
type Memory = Pick<LoadedObject, 'map' | 'drain'>

/** What a run leaves in the maps, which are set up for it: outputs, table, records. */
function leftBy(memory: Memory, inputs: readonly bigint[], run: () => unknown): bigint[] {
  memory.map('in').update(FIRST, [new Uint8Array(BigUint64Array.from(inputs.map((value) => BigInt.asUintN(64, value))).buffer)])
  memory.map('out').update(FIRST, [new Uint8Array(OUTPUTS * 8)])
  for (let i = 0; i < TABLE; i++) memory.map('table').update(index(i), [new Uint8Array(8)])
  run()
  const records: bigint[] = []
  memory.drain('ring', (record) => void records.push(...wordsIn(record)))
  const table = Array.from({ length: TABLE }, (_, i) => wordsIn(memory.map('table').lookup(index(i))?.[0] ?? new Uint8Array())).flat()
  return [...wordsIn(memory.map('out').lookup(FIRST)?.[0] ?? new Uint8Array()), ...table, ...records]
}

/** Runs a compiled function in the VM. */
export function runInVm({ code: { maps, ...program } }: CompiledRandom, inputs: readonly bigint[]): bigint[] {
  const machine = createMachine({ programs: [{ name: 'test', ...program, source: sourceText('test', '') }], maps: [...MAPS, ...maps] })
  return leftBy(machine, inputs, () => machine.run(new Uint8Array(8)))
}

/** Loads compiled functions together, which is faster, and runs each on its inputs in the kernel. */
export function runInKernel(all: readonly { readonly compiled: CompiledRandom; readonly inputs: readonly bigint[] }[]): bigint[][] {
  const renamedAll = all.map(({ compiled }, number) => renamed(compiled.code, number))
  const programs = renamedAll.map(({ maps: _, ...program }) => ({
    ...program,
    type: 'raw_tracepoint' as const,
    attach: [],
    source: sourceText('test', ''),
  }))
  const maps = [...MAPS, ...renamedAll.flatMap((one) => one.maps)]
  const object = createKernelExecutor().load({ license: 'GPL', maps, programs, records: [], sites: new Map() }, { constants: new Map() })
  try {
    return programs.map(({ name }, number) => leftBy(object, all[number]?.inputs ?? [], () => object.run(name)))
  } finally {
    object.close()
  }
}

/** Each function's scratch memory has a name of its own. */
function renamed({ maps, instructions, ...code }: CompiledProgram, number: number) {
  const own = new Set(maps.map(({ name }) => name))
  const nameOf = (map: string) => (own.has(map) ? `${map}_${number}` : map)
  return {
    ...code,
    name: `random${number}`,
    maps: maps.map((map) => ({ ...map, name: nameOf(map.name) })),
    instructions: instructions.map((instruction) =>
      instruction.reference === undefined || !('map' in instruction.reference)
        ? instruction
        : { ...instruction, reference: { ...instruction.reference, map: nameOf(instruction.reference.map) } },
    ),
  }
}
