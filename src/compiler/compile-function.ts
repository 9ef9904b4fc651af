/**
 * One function of the IR to instructions: passes, code generation, and room on the stack. Calls of other functions are left
 * open; `compile-program.ts` links them.
 */
import { type InstructionSet, instructionSet } from '../spec/instruction-set.ts'
import type { MapSpec } from '../spec/map-spec.ts'
import type { EmittedCode } from './codegen/ebpf/emit.ts'
import { generateCode } from './codegen/ebpf/generate.ts'
import type { IrFunction } from './ir/ir.ts'
import type { Pass } from './passes/pass.ts'
import { FINAL_PASSES, initialPasses, MAX_ROUNDS, neededPasses, REPEATED_PASSES } from './passes/pass-list.ts'
import { placeLargeSlots, type ScratchPlacement } from './passes/place-large-slots.ts'
import { TooLarge } from './too-large.ts'

/** Is told which pass has run, over what, and whether it changed anything. */
export type PassObserver = (name: string, fn: IrFunction, outcome: 'changed' | 'same') => void

/** What a front-end may ask of the compiler. */
export interface CompileOptions {
  /** Called after each pass; for `-d passes` and `-d ir:PASS`. */
  readonly onPass?: PassObserver
  /** `none`: only what code generation needs, to compare with. `full` when absent. */
  readonly optimisation?: 'none' | 'full'
  /** The map that counts losses, added to when scratch memory runs out. */
  readonly lossMap: string
  /** What may be used; v3 when absent. */
  readonly instructionSet?: InstructionSet | undefined
}

/** What every kernel has that has ring buffers. */
const DEFAULT_SET = instructionSet(3)

/** What the program around a function leaves it. */
export interface FunctionRoom {
  /** Bytes of stack that it may use. */
  readonly stack: number
  /** The name of its scratch memory, if it needs any. */
  readonly scratchMap: string
}

/** A compiled function, and the maps that it needs for large values. */
export interface CompiledFunction extends EmittedCode {
  readonly maps: readonly MapSpec[]
}

/** Bytes that the first attempt to make room leaves for spilled registers; each further one leaves as many more. */
const SPILL_RESERVE = 96
/** Moving slots away changes what is spilled, so it may take more than one attempt. */
const MAX_ATTEMPTS = 4

/** Optimises `fn` (in place, it must be valid) and generates code. Throws `TooLarge` when it does not fit the stack. */
export function compileFunction(fn: IrFunction, room: FunctionRoom, options: CompileOptions): CompiledFunction {
  optimise(fn, options)
  const maps: MapSpec[] = []
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const code = generateCode(fn, options.instructionSet ?? DEFAULT_SET)
    if (code.frameSize <= room.stack) return { ...code, maps }
    const scratch = placeLargeSlots(fn, {
      map: `${room.scratchMap}${attempt === 1 ? '' : attempt}`,
      room: Math.max(0, room.stack - code.spillSize - attempt * SPILL_RESERVE),
      lossMap: options.lossMap,
    })
    if (scratch === undefined) break
    maps.push(scratchMap(scratch))
    options.onPass?.('place-large-slots', fn, 'changed')
    optimise(fn, options)
  }
  throw new TooLarge(`${fn.name} needs more than the ${room.stack} bytes of stack that there are`, 'split it into several probes')
}

function scratchMap({ map, valueSize }: ScratchPlacement): MapSpec {
  return { name: map, kind: 'percpu_array', keySize: 4, valueSize, maxEntries: 1 }
}

function optimise(fn: IrFunction, options: CompileOptions): void {
  const set = options.instructionSet ?? DEFAULT_SET
  if (options.optimisation === 'none') {
    for (const pass of neededPasses(set)) runPass(pass, fn, options)
    return
  }
  for (const pass of initialPasses(set)) runPass(pass, fn, options)
  // Over when each pass has had its turn since the last change.
  let unchanged = 0
  for (let turn = 0; unchanged < REPEATED_PASSES.length && turn < MAX_ROUNDS * REPEATED_PASSES.length; turn++) {
    const pass = REPEATED_PASSES[turn % REPEATED_PASSES.length] as Pass
    unchanged = runPass(pass, fn, options) ? 0 : unchanged + 1
  }
  for (const pass of FINAL_PASSES) runPass(pass, fn, options)
}

function runPass(pass: Pass, fn: IrFunction, options: CompileOptions): boolean {
  const changed = pass.run(fn)
  options.onPass?.(pass.name, fn, changed ? 'changed' : 'same')
  return changed
}
