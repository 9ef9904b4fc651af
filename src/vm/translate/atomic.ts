/**
 * Atomic accesses. A machine runs one program at a time, so that they are a load, an operation and a store; what is left to check
 * is that the place is aligned.
 */
import type { Instruction } from '../../format/asm/instruction.ts'
import { ALU, ATOMIC, ORDERED } from '../../format/asm/opcodes.ts'
import { WASM } from '../wasm/opcodes.ts'
import { bytesOf, emitPlace, loadOperator, storeOperator } from './access.ts'
import { OPERATORS } from './arithmetic.ts'
import { emitStop, getRegister, LOCAL, STOP, setRegister, type Translation } from './translation.ts'

const OPERATION: Readonly<Record<number, keyof (typeof OPERATORS)[64]>> = {
  [ATOMIC.add]: ALU.add,
  [ATOMIC.or]: ALU.or,
  [ATOMIC.and]: ALU.and,
  [ATOMIC.xor]: ALU.xor,
}

/** Emits an atomic access. */
export function emitAtomic(translation: Translation, instruction: Instruction, index: number): void {
  const { code } = translation
  const operation = Number(instruction.imm)
  const loads = operation === ORDERED.loadAcquire
  const base = loads ? instruction.src : instruction.dst
  const offset = emitPlace(translation, { instruction, index, base, access: loads ? 'read' : 'write' })
  if (offset === undefined) return
  code.set(LOCAL.region)
  emitAlignment(translation, { instruction, index, base, offset })
  if (loads || operation === ORDERED.storeRelease) {
    emitOrdered(translation, instruction, offset)
    return
  }
  code.get(LOCAL.region).memory(loadOperator(instruction), offset).set(LOCAL.value)
  if (operation === ATOMIC.cmpxchg) {
    emitCompareExchange(translation, instruction, offset)
    return
  }
  code.get(LOCAL.region)
  if (operation !== ATOMIC.xchg) code.get(LOCAL.value)
  getRegister(translation, instruction.src)
  if (operation !== ATOMIC.xchg) code.op(OPERATORS[64][OPERATION[operation & ~ATOMIC.fetch] as typeof ALU.add])
  code.memory(storeOperator(instruction), offset)
  if ((operation & ATOMIC.fetch) === 0) return
  code.get(LOCAL.value)
  setRegister(translation, instruction.src)
}

/** Linear memory is aligned where a program's is: regions begin at multiples of 8. */
function emitAlignment(
  translation: Translation,
  {
    instruction,
    index,
    base,
    offset,
  }: { readonly instruction: Instruction; readonly index: number; readonly base: number; readonly offset: number },
): void {
  const { code } = translation
  code.get(LOCAL.region).i32(offset).op(WASM.i32_add)
  code
    .i32(bytesOf(instruction) - 1)
    .op(WASM.i32_and)
    .open(WASM.if)
  emitStop(translation, index, STOP.misaligned, () => getRegister(translation, base).i64(instruction.offset).op(WASM.i64_add))
  code.op(WASM.end)
}

/** There is nothing that could come in between. */
function emitOrdered(translation: Translation, instruction: Instruction, offset: number): void {
  translation.code.get(LOCAL.region)
  if (Number(instruction.imm) === ORDERED.loadAcquire) {
    translation.code.memory(loadOperator(instruction), offset)
    setRegister(translation, instruction.dst)
    return
  }
  getRegister(translation, instruction.src).memory(storeOperator(instruction), offset)
}

/** What is compared has the width of the access; r0 becomes what was there, zero-extended, also when it was equal. */
function emitCompareExchange(translation: Translation, instruction: Instruction, offset: number): void {
  const { code } = translation
  getRegister(translation, 0)
  if (bytesOf(instruction) === 4) code.i64(0xffff_ffffn).op(WASM.i64_and)
  code.get(LOCAL.value).op(WASM.i64_eq).open(WASM.if)
  code.get(LOCAL.region)
  getRegister(translation, instruction.src).memory(storeOperator(instruction), offset)
  code.op(WASM.end).get(LOCAL.value)
  setRegister(translation, 0)
}
