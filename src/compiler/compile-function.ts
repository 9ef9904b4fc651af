/**
 * The compiler's front door: a function of the IR in, instructions out. Front-ends call only this.
 */
import { InternalError } from '../base/errors.ts'
import type { Instruction } from '../format/asm/instruction.ts'
import type { MapSpec } from '../spec/map-spec.ts'
import { generateCode } from './codegen/ebpf/generate.ts'
import type { IrFunction } from './ir/ir.ts'
import { validateFunction } from './ir/validate.ts'
import { placeLargeSlots, type ScratchPlacement } from './passes/place-large-slots.ts'
import type { Pass } from './passes/pass.ts'
import { FINAL_PASSES, INITIAL_PASSES, MAX_ROUNDS, REPEATED_PASSES } from './passes/pass-list.ts'

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
/** Bytes of stack kept for spilled registers when slots have to move away; then nothing is gained by being stingy. */
const SPILL_RESERVE = 192

/** Optimises `fn` (in place) and generates code. Throws `InternalError` when the IR is not valid. */
export function compileFunction(fn: IrFunction, options: CompileOptions): CompiledFunction {
  validateFunction(fn)
  optimise(fn, options)
  const code = generateCode(fn)
  if (code.frameSize <= STACK_LIMIT) return { instructions: code.instructions, maps: [] }
  const room = STACK_LIMIT - Math.max(SPILL_RESERVE, code.spillSize + SPILL_RESERVE / 2)
  const scratch = placeLargeSlots(fn, { room, lossMap: options.lossMap })
  options.onPass?.('place-large-slots', fn)
  optimise(fn, options)
  const { instructions, frameSize } = generateCode(fn)
  if (frameSize > STACK_LIMIT) throw new InternalError(`function ${fn.name} needs ${frameSize} bytes of stack`)
  return { instructions, maps: scratch === undefined ? [] : [scratchMap(scratch)] }
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
