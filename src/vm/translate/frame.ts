/**
 * What a function does first and last: its stack frame comes alive and dies, so that a pointer into a frame that is gone faults;
 * and the count of instructions is taken over and handed back.
 */
import { ADDRESS_HIGH, FIRST_FRAME_REGION, FRAME_SIZE, MAX_FRAMES, REGION_ENTRY, REGION_TABLE } from '../memory/layout.ts'
import { WASM } from '../wasm/opcodes.ts'
import { emitStop, LOCAL, localOf, restoreLeft, STOP, saveLeft, type Translation } from './translation.ts'

/** Byte offset of the size in the table entry of the frame at depth 0. */
const FRAME_SIZE_CELL = REGION_TABLE + FIRST_FRAME_REGION * REGION_ENTRY + 4

/** Emits the start of a function. */
export function emitEnter(translation: Translation): void {
  const { code, layout, fn } = translation
  restoreLeft(translation)
  code.get(LOCAL.depth).i32(MAX_FRAMES).op(WASM.i32_ge_u).open(WASM.if)
  emitStop(translation, fn.start, STOP.depth, (detail) => detail.i64(0))
  code.op(WASM.end)
  emitBudget(translation, fn.start)
  if (!translation.usesFrame) return
  code.get(LOCAL.depth).i32(FRAME_SIZE).op(WASM.i32_mul).i32(layout.frames).op(WASM.i32_add).set(LOCAL.frame)
  emitFrameSize(translation, FRAME_SIZE)
  code
    .get(LOCAL.depth)
    .i32(ADDRESS_HIGH + FIRST_FRAME_REGION)
    .op(WASM.i32_add, WASM.i64_extend_i32_u)
  code.i64(32).op(WASM.i64_shl).i64(FRAME_SIZE).op(WASM.i64_add).set(localOf(10))
}

/** Emits the return of r0. */
export function emitLeave(translation: Translation): void {
  if (translation.usesFrame) emitFrameSize(translation, 0)
  saveLeft(translation).get(LOCAL.r0).op(WASM.return)
}

/** Stops the program when it has run as many instructions as it may. */
export function emitBudget(translation: Translation, index: number): void {
  const { code } = translation
  code.get(LOCAL.left).i64(0).op(WASM.i64_lt_s).open(WASM.if)
  emitStop(translation, index, STOP.budget, (detail) => detail.i64(0))
  code.op(WASM.end)
}

function emitFrameSize({ code }: Translation, size: number): void {
  code.get(LOCAL.depth).i32(3).op(WASM.i32_shl).i32(size).memory(WASM.i32_store, FRAME_SIZE_CELL)
}
