/**
 * The inside of a basic block: it is counted as a whole, and its instructions follow, each watched for registers that hold nothing
 * where that cannot be known beforehand.
 */
import type { Instruction } from '../../format/asm/instruction.ts'
import { type Block, endsBlock } from '../program/control-flow.ts'
import { WASM } from '../wasm/opcodes.ts'
import { emitInstruction } from './instruction.ts'
import { emitStop, LOCAL, STOP, type Translation } from './translation.ts'
import { useOf } from './uses.ts'

/** Emits everything of a block but its jump. */
export function emitBlock(translation: Translation, block: Block): void {
  const { code, image } = translation
  code
    .get(LOCAL.left)
    .i64(block.end - block.start)
    .op(WASM.i64_sub)
    .set(LOCAL.left)
  for (let index = block.start; index < block.end; index++) {
    emitKnown(translation, index)
    if (!endsBlock(image.input.instructions[index] as Instruction)) emitInstruction(translation, index)
  }
}

/** Nothing in functions where every register that is read has a value for certain. */
function emitKnown(translation: Translation, index: number): void {
  const { code, uninitialised } = translation
  if (uninitialised.size === 0) return
  const missing = uninitialised.get(index)
  if (missing !== undefined) {
    code.get(LOCAL.known).i32(missing).op(WASM.i32_and).i32(missing).op(WASM.i32_ne).open(WASM.if)
    emitStop(translation, index, STOP.uninitialised, (detail) =>
      detail.i32(missing).get(LOCAL.known).i32(-1).op(WASM.i32_xor, WASM.i32_and, WASM.i64_extend_i32_u),
    )
    code.op(WASM.end)
  }
  const { writes, destroys } = useOf(translation, index)
  if (writes === 0 && destroys === 0) return
  code.get(LOCAL.known).i32(~destroys).op(WASM.i32_and).i32(writes).op(WASM.i32_or).set(LOCAL.known)
}
