/**
 * All programs of a machine as one WebAssembly module: their functions in one table, so that tail calls and callbacks find them by
 * number, `stop`, and `enter`, by which the host starts any of them.
 */
import { CELL, type Layout } from '../memory/layout.ts'
import type { Image } from '../program/image.ts'
import { WasmCode } from '../wasm/code.ts'
import { encodeModule, type WasmFunction, type WasmType } from '../wasm/module.ts'
import { TYPE, WASM } from '../wasm/opcodes.ts'
import { translateFunction } from './translate-function.ts'
import type { ModuleIndex } from './translation.ts'

/** What the translation asks of the machine. */
export interface MachinePlan {
  readonly images: readonly Image[]
  readonly layout: Layout
  readonly memoryPages: number
  /** Names of the imported functions behind `stop`; what calls them is told by `calleeNumber`. */
  readonly callees: readonly string[]
  readonly calleeNumber: (image: Image, index: number) => number
  readonly argumentCount: (image: Image, index: number) => number
  readonly wideValue: (image: Image, index: number) => bigint
}

const [NOTHING, FUNCTION, STOP, ENTER] = [0, 1, 2, 3]
const TYPES: readonly WasmType[] = [
  { parameters: [], results: [] },
  { parameters: [TYPE.i32, TYPE.i64, TYPE.i64, TYPE.i64, TYPE.i64, TYPE.i64], results: [TYPE.i64] },
  { parameters: [TYPE.i32, TYPE.i32, TYPE.i64, TYPE.i64], results: [] },
  { parameters: [TYPE.i32, TYPE.i32], results: [] },
]

/** Translates everything. Throws `VmFault` when a program is malformed. */
export function translateMachine(plan: MachinePlan): Uint8Array<ArrayBuffer> {
  const stop = plan.callees.length + 1
  const first = stop + 2
  const functions: WasmFunction[] = [
    { type: STOP, locals: [], code: stopCode() },
    { type: ENTER, locals: [], code: enterCode() },
  ]
  const table: number[] = []
  let firstSite = 0
  for (const image of plan.images) {
    const firstEntry = table.length
    const entries = new Map(image.functions.map(({ start }, i) => [start, firstEntry + i]))
    const module: ModuleIndex = {
      stop,
      functionType: FUNCTION,
      callee: (index) => 1 + plan.calleeNumber(image, index),
      argumentCount: (index) => plan.argumentCount(image, index),
      functionAt: (start) => ({ index: first + (entries.get(start) ?? 0), entry: entries.get(start) ?? 0 }),
      wideValue: (index) => plan.wideValue(image, index),
    }
    for (const fn of image.functions) {
      table.push(first + table.length)
      functions.push(translateFunction(fn, { image, layout: plan.layout, module, firstSite }))
    }
    firstSite += image.input.instructions.length
  }
  const imports = ['stop', ...plan.callees]
  const exports = { enter: stop + 1 }
  return encodeModule({ types: TYPES, imports, importType: NOTHING, memoryPages: plan.memoryPages, functions, table, exports })
}

/** Leaves everything in cells and calls the host, which throws. */
function stopCode(): WasmCode {
  return new WasmCode()
    .i32(0)
    .get(0)
    .memory(WASM.i32_store, CELL.site)
    .i32(0)
    .get(1)
    .memory(WASM.i32_store, CELL.faultKind)
    .i32(0)
    .get(2)
    .memory(WASM.i64_store, CELL.faultDetail)
    .i32(0)
    .get(3)
    .memory(WASM.i64_store, CELL.left)
    .call(0)
}

/** Calls table entry (parameter 0) at a depth (parameter 1) with the registers in the cells; r0 goes to its cell. */
function enterCode(): WasmCode {
  const code = new WasmCode().i32(0).get(1)
  for (let register = 1; register <= 5; register++) code.i32(0).memory(WASM.i64_load, CELL.registers + register * 8)
  return code.get(0).callIndirect(FUNCTION).memory(WASM.i64_store, CELL.registers)
}
