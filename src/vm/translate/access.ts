/**
 * Memory accesses. What is at a constant distance from r10 is checked here; for the rest, code is emitted that looks the region of the
 * address up and stops the program when the access is not inside of it. The check has no branch but the one to the stop: an
 * address of no region is made one of region 0, which has size 0.
 */
import type { Instruction } from '../../format/asm/instruction.ts'
import { CLASS, classOf, MODE, modeOf, SIZE, sizeOf } from '../../format/asm/opcodes.ts'
import { ADDRESS_HIGH, FRAME_SIZE, REGION_TABLE } from '../memory/layout.ts'
import { WASM } from '../wasm/opcodes.ts'
import { emitStop, getRegister, LOCAL, STOP, setRegister, type Translation } from './translation.ts'

const FRAME_POINTER = 10

/** Bytes of an access. */
export const bytesOf = ({ opcode }: Instruction): number => ({ [SIZE.b]: 1, [SIZE.h]: 2, [SIZE.w]: 4, [SIZE.dw]: 8 })[sizeOf(opcode)] ?? 8

const LOADS: Readonly<Record<number, number>> = {
  1: WASM.i64_load8_u,
  2: WASM.i64_load16_u,
  4: WASM.i64_load32_u,
  8: WASM.i64_load,
}
const SIGNED_LOADS: Readonly<Record<number, number>> = { 1: WASM.i64_load8_s, 2: WASM.i64_load16_s, 4: WASM.i64_load32_s }
const STORES: Readonly<Record<number, number>> = {
  1: WASM.i64_store8,
  2: WASM.i64_store16,
  4: WASM.i64_store32,
  8: WASM.i64_store,
}

/** The load that an instruction does, zero-extending unless it says otherwise. */
export const loadOperator = (instruction: Instruction): number =>
  (modeOf(instruction.opcode) === MODE.memsx ? SIGNED_LOADS : LOADS)[bytesOf(instruction)] as number
/** The store that an instruction does. */
export const storeOperator = (instruction: Instruction): number => STORES[bytesOf(instruction)] as number

/** Emits a load to a register. */
export function emitLoad(translation: Translation, instruction: Instruction, index: number): void {
  const offset = emitPlace(translation, { instruction, index, base: instruction.src, access: 'read' })
  if (offset === undefined) return
  translation.code.memory(loadOperator(instruction), offset)
  setRegister(translation, instruction.dst)
}

/** Emits a store of a register or an immediate. */
export function emitStore(translation: Translation, instruction: Instruction, index: number): void {
  const offset = emitPlace(translation, { instruction, index, base: instruction.dst, access: 'write' })
  if (offset === undefined) return
  if (classOf(instruction.opcode) === CLASS.st) translation.code.i64(instruction.imm)
  else getRegister(translation, instruction.src)
  translation.code.memory(storeOperator(instruction), offset)
}

/** Who accesses what. */
export interface Access {
  readonly instruction: Instruction
  readonly index: number
  readonly base: number
  readonly access: 'read' | 'write'
}

/**
 * Leaves a linear offset (i32) on the stack, to which the answer is to be added. Answers undefined when the access never succeeds;
 * the code stops the program then, and nothing is on the stack.
 */
export function emitPlace(translation: Translation, access: Access): number | undefined {
  return access.base === FRAME_POINTER ? emitFramePlace(translation, access) : emitCheckedPlace(translation, access)
}

function emitFramePlace(translation: Translation, { instruction, index }: Access): number | undefined {
  const at = FRAME_SIZE + instruction.offset
  if (at < 0 || at + bytesOf(instruction) > FRAME_SIZE) {
    emitStop(translation, index, STOP.frame, (code) =>
      code
        .get(LOCAL.r0 + 5)
        .i64(instruction.offset)
        .op(WASM.i64_add),
    )
    return undefined
  }
  translation.code.get(LOCAL.frame)
  return at
}

function emitCheckedPlace(translation: Translation, { instruction, index, base, access }: Access): number {
  const { code, layout } = translation
  getRegister(translation, base)
  if (instruction.offset !== 0) code.i64(instruction.offset).op(WASM.i64_add)
  // The number of the region, or 0.
  code.tee(LOCAL.address).i64(32).op(WASM.i64_shr_u, WASM.i32_wrap_i64).i32(ADDRESS_HIGH).op(WASM.i32_sub).tee(LOCAL.region)
  code
    .i32(0)
    .get(LOCAL.region)
    .i32(access === 'read' ? layout.regions : layout.writableRegions)
    .op(WASM.i32_lt_u, WASM.select)
  // The offset of its entry in the table.
  code.i32(3).op(WASM.i32_shl).set(LOCAL.region)
  code.get(LOCAL.address).i64(0xffff_ffffn).op(WASM.i64_and).i64(bytesOf(instruction)).op(WASM.i64_add)
  code
    .get(LOCAL.region)
    .memory(WASM.i64_load32_u, REGION_TABLE + 4)
    .op(WASM.i64_gt_u)
  code.open(WASM.if)
  emitStop(translation, index, STOP.access, (detail) => detail.get(LOCAL.address))
  code.op(WASM.end)
  code.get(LOCAL.region).memory(WASM.i32_load, REGION_TABLE).get(LOCAL.address).op(WASM.i32_wrap_i64, WASM.i32_add)
  return 0
}
