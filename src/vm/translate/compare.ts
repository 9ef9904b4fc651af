/**
 * The condition of a jump that compares, as an i32 on the stack.
 */
import type { Instruction } from '../../format/asm/instruction.ts'
import { CLASS, classOf, JMP, operationOf } from '../../format/asm/opcodes.ts'
import { WASM } from '../wasm/opcodes.ts'
import { getSource } from './arithmetic.ts'
import { getHalf, getRegister, type Translation } from './translation.ts'

const COMPARISONS: Readonly<Record<64 | 32, Readonly<Record<number, readonly number[]>>>> = {
  64: {
    [JMP.jeq]: [WASM.i64_eq],
    [JMP.jne]: [WASM.i64_ne],
    [JMP.jgt]: [WASM.i64_gt_u],
    [JMP.jge]: [WASM.i64_ge_u],
    [JMP.jlt]: [WASM.i64_lt_u],
    [JMP.jle]: [WASM.i64_le_u],
    [JMP.jsgt]: [WASM.i64_gt_s],
    [JMP.jsge]: [WASM.i64_ge_s],
    [JMP.jslt]: [WASM.i64_lt_s],
    [JMP.jsle]: [WASM.i64_le_s],
    [JMP.jset]: [WASM.i64_and, WASM.i64_eqz, WASM.i32_eqz],
  },
  32: {
    [JMP.jeq]: [WASM.i32_eq],
    [JMP.jne]: [WASM.i32_ne],
    [JMP.jgt]: [WASM.i32_gt_u],
    [JMP.jge]: [WASM.i32_ge_u],
    [JMP.jlt]: [WASM.i32_lt_u],
    [JMP.jle]: [WASM.i32_le_u],
    [JMP.jsgt]: [WASM.i32_gt_s],
    [JMP.jsge]: [WASM.i32_ge_s],
    [JMP.jslt]: [WASM.i32_lt_s],
    [JMP.jsle]: [WASM.i32_le_s],
    [JMP.jset]: [WASM.i32_and],
  },
}

/** Leaves something other than 0 when the jump is taken. */
export function emitCondition(translation: Translation, instruction: Instruction): void {
  const bits = classOf(instruction.opcode) === CLASS.jmp ? 64 : 32
  if (bits === 64) getRegister(translation, instruction.dst)
  else getHalf(translation, instruction.dst)
  getSource(translation, instruction, bits)
  translation.code.op(...(COMPARISONS[bits][operationOf(instruction.opcode)] ?? []))
}
