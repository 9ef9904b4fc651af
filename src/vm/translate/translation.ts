/**
 * What the translation of one function to WebAssembly goes by: the locals that hold registers, and the code that stops a
 * program. Each BPF function is one WebAssembly function `(depth, r1 to r5) -> r0`; registers that a call must save are locals, so
 * that they are saved without doing anything.
 */
import { CELL, type Layout } from '../memory/layout.ts'
import type { Image, ImageFunction } from '../program/image.ts'
import type { WasmCode } from '../wasm/code.ts'
import { WASM } from '../wasm/opcodes.ts'

/** Numbers of locals. Up to r5 they are parameters. */
export const LOCAL = {
  depth: 0,
  /** Register r0, then r6 to r10 behind it; r1 to r5 are locals 1 to 5. */
  r0: 6,
  /** Instructions that may still run (i64). */
  left: 12,
  /** The address being accessed, or another i64. */
  address: 13,
  /** A second i64. */
  value: 14,
  /** Linear offset of the frame (i32). */
  frame: 15,
  /** Number of the region being accessed, or another i32. */
  region: 16,
  /** Set of the registers that have a value, in functions where that is not known beforehand (i32). */
  known: 17,
  /** The block to go to, in functions that are not structured (i32). */
  next: 18,
} as const

/** Locals behind the parameters: how many i64, then how many i32. */
export const LOCAL_COUNTS = { i64: 9, i32: 4 } as const

/** The local of a register. */
export const localOf = (register: number): number => (register >= 1 && register <= 5 ? register : register === 0 ? LOCAL.r0 : register + 1)

/** Why translated code stops a program; what the host makes of it is in `machine-faults.ts`. */
export const STOP = { access: 1, budget: 2, depth: 3, uninitialised: 4, misaligned: 5, frame: 6 } as const

/** Where things are in the module that the function will be part of. */
export interface ModuleIndex {
  /** The function that stops the program: `(site, kind, detail, left)`. */
  readonly stop: number
  /** Type number of BPF functions. */
  readonly functionType: number
  /** The imported function of the helper or kfunc that instruction `index` calls. */
  callee(index: number): number
  /** How many arguments that takes. */
  argumentCount(index: number): number
  /** Module index of the function that begins at an instruction, and its place in the table. */
  functionAt(start: number): { readonly index: number; readonly entry: number }
  /** The 64 bits that a reference, or an immediate, stands for. */
  wideValue(index: number): bigint
}

/** One function being translated. */
export interface Translation {
  readonly code: WasmCode
  readonly image: Image
  readonly fn: ImageFunction
  readonly layout: Layout
  readonly module: ModuleIndex
  /** What is added to an index of an instruction to make its site. */
  readonly firstSite: number
  /** A function that never names r10 needs no frame. */
  readonly usesFrame: boolean
  /** Registers that an instruction reads and that may hold nothing then, by index. */
  readonly uninitialised: ReadonlyMap<number, number>
}

/** Leaves a register on the stack. */
export const getRegister = ({ code }: Translation, register: number): WasmCode => code.get(localOf(register))
/** Takes a register's new value from the stack. */
export const setRegister = ({ code }: Translation, register: number): WasmCode => code.set(localOf(register))
/** Leaves the low half of a register on the stack. */
export const getHalf = ({ code }: Translation, register: number): WasmCode => code.get(localOf(register)).op(WASM.i32_wrap_i64)
/** Takes the low half of a register's new value from the stack; the upper half becomes zero. */
export const setHalf = ({ code }: Translation, register: number): WasmCode => code.op(WASM.i64_extend_i32_u).set(localOf(register))

/** Stops the program at instruction `index`; `detail` leaves an i64 on the stack. */
export function emitStop(translation: Translation, index: number, kind: number, detail: (code: WasmCode) => void): void {
  const { code, module, firstSite } = translation
  code.i32(firstSite + index).i32(kind)
  detail(code)
  code.get(LOCAL.left).call(module.stop).op(WASM.unreachable)
}

/** Hands the count of what is left to run to whoever is called next. */
export const saveLeft = ({ code }: Translation): WasmCode => code.i32(0).get(LOCAL.left).memory(WASM.i64_store, CELL.left)
/** Takes it back. */
export const restoreLeft = ({ code }: Translation): WasmCode => code.i32(0).memory(WASM.i64_load, CELL.left).set(LOCAL.left)
