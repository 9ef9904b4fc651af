/**
 * The compiler's front door: a function of the IR in, instructions out. Front-ends call only this.
 */
import type { Instruction } from '../format/asm/instruction.ts'
import type { MapSpec } from '../spec/map-spec.ts'
import { generateCode } from './codegen/ebpf/generate.ts'
import type { IrFunction } from './ir/ir.ts'
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

/** Optimises `fn` (in place) and generates code. Throws `InternalError` when the IR is not valid. */
export function compileFunction(fn: IrFunction, options: CompileOptions): CompiledFunction {
  optimise(fn, options)
  return { instructions: generateCode(fn).instructions, maps: [] }
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
