/**
 * The compiler's front door: a function of the IR in, instructions out. Front-ends call only this.
 */
import type { Instruction } from '../format/asm/instruction.ts'
import type { MapSpec } from '../spec/map-spec.ts'
import type { IrFunction } from './ir/ir.ts'

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
  void fn
  void options
  throw new Error('not written yet')
}
