/**
 * Reversing bytes, which WebAssembly has no instruction for. The machine is little-endian, so that `le` only cuts.
 */
import type { Instruction } from '../../format/asm/instruction.ts'
import { CLASS, classOf, usesRegister } from '../../format/asm/opcodes.ts'
import { WASM } from '../wasm/opcodes.ts'
import { getHalf, getRegister, LOCAL, setHalf, setRegister, type Translation } from './translation.ts'

/** Emits `bswap`, `le` or `be`. */
export function emitEnd(translation: Translation, { opcode, dst, imm }: Instruction): void {
  const swaps = classOf(opcode) === CLASS.alu64 || usesRegister(opcode)
  if (imm === 64n) {
    if (swaps) swap64(translation, dst)
    return
  }
  getHalf(translation, dst)
  const { code } = translation
  if (!swaps) code.i32(imm === 16n ? 0xffff : -1).op(WASM.i32_and)
  else {
    swap32(translation)
    if (imm === 16n) code.i32(16).op(WASM.i32_shr_u)
  }
  setHalf(translation, dst)
}

/** Reverses the i32 on the stack: bytes 0 and 2 go up by rotation, bytes 1 and 3 go down. */
function swap32({ code }: Translation): void {
  code.tee(LOCAL.region).i32(8).op(WASM.i32_rotl).i32(0x00ff_00ff).op(WASM.i32_and)
  code.get(LOCAL.region).i32(24).op(WASM.i32_rotl).i32(0xff00_ff00).op(WASM.i32_and, WASM.i32_or)
}

/** Swaps neighbouring bytes, then neighbouring pairs of them, then the halves. */
function swap64(translation: Translation, register: number): void {
  const { code } = translation
  getRegister(translation, register).set(LOCAL.value)
  for (const [distance, mask] of [
    [8, 0x00ff_00ff_00ff_00ffn],
    [16, 0x0000_ffff_0000_ffffn],
  ] as const) {
    code.get(LOCAL.value).i64(mask).op(WASM.i64_and).i64(distance).op(WASM.i64_shl)
    code.get(LOCAL.value).i64(distance).op(WASM.i64_shr_u).i64(mask).op(WASM.i64_and, WASM.i64_or)
    code.set(LOCAL.value)
  }
  code.get(LOCAL.value).i64(32).op(WASM.i64_rotl)
  setRegister(translation, register)
}
