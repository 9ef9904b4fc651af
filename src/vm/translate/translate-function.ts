/**
 * One BPF function to the code of one WebAssembly function.
 */
import type { Layout } from '../memory/layout.ts'
import { findBlocks } from '../program/control-flow.ts'
import type { Image, ImageFunction } from '../program/image.ts'
import { findUninitialised } from '../program/initialised.ts'
import { WasmCode } from '../wasm/code.ts'
import type { WasmFunction } from '../wasm/module.ts'
import { TYPE, WASM } from '../wasm/opcodes.ts'
import { emitDispatched } from './dispatched.ts'
import { emitEnter } from './frame.ts'
import { emitStructured, isStructured } from './structured.ts'
import { LOCAL, LOCAL_COUNTS, type ModuleIndex, type Translation } from './translation.ts'
import { useOf } from './uses.ts'

/** What the function is part of. */
export interface FunctionSurroundings {
  readonly image: Image
  readonly layout: Layout
  readonly module: ModuleIndex
  readonly firstSite: number
}

const FRAME_POINTER = 1 << 10

/** Translates a function. Throws `VmFault` when it is malformed. */
export function translateFunction(fn: ImageFunction, surroundings: FunctionSurroundings): WasmFunction {
  const { image, module } = surroundings
  const code = new WasmCode()
  const blocks = findBlocks(image, fn)
  const initial = FRAME_POINTER | (((1 << fn.parameterCount) - 1) << 1)
  const uninitialised = findUninitialised(blocks, initial, (index) => useOf({ image, fn, module }, index))
  const translation: Translation = { ...surroundings, code, fn, uninitialised, usesFrame: usesFrame(image, fn) }
  emitEnter(translation)
  if (uninitialised.size > 0) code.i32(initial).set(LOCAL.known)
  if (isStructured(blocks)) emitStructured(translation, blocks)
  else emitDispatched(translation, blocks)
  code.op(WASM.unreachable)
  return {
    type: module.functionType,
    locals: [
      [LOCAL_COUNTS.i64, TYPE.i64],
      [LOCAL_COUNTS.i32, TYPE.i32],
    ],
    code,
  }
}

function usesFrame({ input }: Image, fn: ImageFunction): boolean {
  for (let index = fn.start; index < fn.end; index++) {
    const instruction = input.instructions[index]
    if (instruction?.dst === FRAME_REGISTER || instruction?.src === FRAME_REGISTER) return true
  }
  return false
}

const FRAME_REGISTER = 10
