/**
 * The compiler's front door: a function of the IR in, instructions out. Front-ends call only this.
 */
import { InternalError } from '../base/errors.ts'
import type { Instruction } from '../format/asm/instruction.ts'
import type { MapSpec } from '../spec/map-spec.ts'
import { generateCode } from './codegen/ebpf/generate.ts'
import type { IrFunction } from './ir/ir.ts'
import { validateFunction } from './ir/validate.ts'
import type { Pass } from './passes/pass.ts'
import { FINAL_PASSES, INITIAL_PASSES, MAX_ROUNDS, REPEATED_PASSES } from './passes/pass-list.ts'
import { placeLargeSlots, type ScratchPlacement } from './passes/place-large-slots.ts'

/** What a front-end may ask of the compiler. */
export interface CompileOptions {
  /** Called after each pass with its name; for `-d ir` and timing. */
  readonly onPass?: (name: string, fn: IrFunction) => void
  /** The map that counts losses, added to when scratch memory runs out. */
  readonly lossMap: string
}

/** A compiled program. */
export interface CompiledFunction {
  readonly instructions: readonly Instruction[]
  /** Maps that the compiler itself needs (scratch memory for large values); names begin with `scratch`. */
  readonly maps: readonly MapSpec[]
}

/** Bytes of stack that a program may use. */
const STACK_LIMIT = 512
/** Bytes that the first attempt to make room leaves for spilled registers; each further one leaves as many more. */
const SPILL_RESERVE = 96
/** Moving slots away changes what is spilled, so it may take more than one attempt. */
const MAX_ATTEMPTS = 4

/** Optimises `fn` (in place) and generates code. Throws `InternalError` when the IR is not valid. */
export function compileFunction(fn: IrFunction, options: CompileOptions): CompiledFunction {
  validateFunction(fn)
  optimise(fn, options)
  const maps: MapSpec[] = []
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const { instructions, frameSize, spillSize } = generateCode(fn)
    if (frameSize <= STACK_LIMIT) return { instructions, maps }
    const room = Math.max(0, STACK_LIMIT - spillSize - attempt * SPILL_RESERVE)
    const scratch = placeLargeSlots(fn, { map: `scratch_${fn.name}${attempt === 1 ? '' : attempt}`, room, lossMap: options.lossMap })
    if (scratch === undefined) break
    maps.push(scratchMap(scratch))
    options.onPass?.('place-large-slots', fn)
    optimise(fn, options)
  }
  throw new InternalError(`function ${fn.name} does not fit ${STACK_LIMIT} bytes of stack`)
}

function scratchMap({ map, valueSize }: ScratchPlacement): MapSpec {
  return { name: map, kind: 'percpu_array', keySize: 4, valueSize, maxEntries: 1 }
}

function optimise(fn: IrFunction, options: CompileOptions): void {
  runAll(INITIAL_PASSES, fn, options)
  for (let round = 0; round < MAX_ROUNDS; round++) if (!runAll(REPEATED_PASSES, fn, options)) break
  runAll(FINAL_PASSES, fn, options)
}

function runAll(passes: readonly Pass[], fn: IrFunction, options: CompileOptions): boolean {
  let changed = false
  for (const pass of passes) {
    if (pass.run(fn)) changed = true
    options.onPass?.(pass.name, fn)
  }
  return changed
}
