/**
 * Calls: of functions of the program, of helpers and kfuncs (arguments and result go through cells of memory, which costs less than
 * 64-bit numbers across the border to JavaScript), and the tail call, which is a call whose result is the function's own.
 */
import { HELPERS } from '../../format/asm/helpers.ts'
import { type Instruction, PSEUDO } from '../../format/asm/instruction.ts'
import { CELL } from '../memory/layout.ts'
import { indexAt } from '../program/image.ts'
import { WASM } from '../wasm/opcodes.ts'
import { emitLeave } from './frame.ts'
import { LOCAL, localOf, restoreLeft, saveLeft, setRegister, type Translation } from './translation.ts'

/** Emits a call of any kind. */
export function emitCall(translation: Translation, instruction: Instruction, index: number): void {
  if (instruction.src === PSEUDO.call) {
    emitFunctionCall(translation, instruction, index)
    return
  }
  const { code, module, firstSite } = translation
  for (let register = 1; register <= module.argumentCount(index); register++)
    code
      .i32(0)
      .get(localOf(register))
      .memory(WASM.i64_store, CELL.registers + register * 8)
  code
    .i32(0)
    .i32(firstSite + index)
    .memory(WASM.i32_store, CELL.site)
  code.i32(0).get(LOCAL.depth).memory(WASM.i32_store, CELL.depth)
  saveLeft(translation)
  code.call(module.callee(index))
  if (instruction.src === 0 && Number(instruction.imm) === HELPERS.tail_call.id) emitTailCall(translation)
  restoreLeft(translation)
  code.i32(0).memory(WASM.i64_load, CELL.registers)
  setRegister(translation, 0)
}

function emitFunctionCall(translation: Translation, instruction: Instruction, index: number): void {
  const { code, module, image } = translation
  saveLeft(translation)
  code.get(LOCAL.depth).i32(1).op(WASM.i32_add)
  for (let register = 1; register <= 5; register++) code.get(localOf(register))
  code.call(module.functionAt(indexAt(image, index, Number(instruction.imm))).index)
  setRegister(translation, 0)
  restoreLeft(translation)
}

/** The helper has left the table entry of the program to go on with, plus 1, or 0 when there is none. It runs in this frame's place. */
function emitTailCall(translation: Translation): void {
  const { code, module } = translation
  code.i32(0).memory(WASM.i32_load, CELL.registers).open(WASM.if)
  code.get(LOCAL.depth).get(localOf(1)).i64(0).i64(0).i64(0).i64(0)
  code.i32(0).memory(WASM.i32_load, CELL.registers).i32(1).op(WASM.i32_sub)
  code.callIndirect(module.functionType)
  setRegister(translation, 0)
  restoreLeft(translation)
  emitLeave(translation)
  code.op(WASM.end)
  code.i32(0).i64(-1).memory(WASM.i64_store, CELL.registers)
}
