/**
 * Selection of memory accesses. Constant displacements go into the instruction, constants are stored as immediates, and
 * blocks of memory are moved in the widest pieces that their alignment allows.
 */
import { type AccessBytes, ATOMIC, CLASS, MODE, SIZE_OF_BYTES } from '../../../format/asm/opcodes.ts'
import type { Operand } from '../../ir/ir.ts'
import { bytesOf } from '../../ir/types.ts'
import { type Address, accessAlignment, addressOf } from './address.ts'
import { FRAME_POINTER, type FrameObject, type RegisterNumber } from './machine.ts'
import type { Kind, SelectionRule } from './rule.ts'
import { fitsImmediate, immediateOf, type Selection, withoutTruncation } from './selection.ts'

/** A memory operand: register, displacement, and the frame object when the register is r10. */
interface Place {
  readonly register: RegisterNumber
  readonly offset: number
  readonly frame?: FrameObject
}

/** How far from its register an access can reach. */
const REACH = 0x7fff

function placeOf(selection: Selection, address: Address): Place {
  const { base, offset } = address
  if (base.kind === 'stack_slot') return { register: FRAME_POINTER, offset, frame: base }
  if (base.kind === 'map_value' && base.offset + offset <= REACH) {
    return { register: selection.registerOf({ ...base, offset: 0 }), offset: base.offset + offset }
  }
  if (Math.abs(offset) <= REACH) return { register: selection.registerOf(base), offset }
  const register = selection.newRegister()
  selection.put(register, base)
  selection.alu('add', register, { imm: BigInt(offset) })
  return { register, offset: 0 }
}

const baseOf = (pointer: Operand): Operand => addressOf(pointer).base

function emitLoad(selection: Selection, place: Place, bytes: AccessBytes, dst: RegisterNumber): void {
  const opcode = CLASS.ldx | MODE.mem | SIZE_OF_BYTES[bytes]
  selection.emit({ opcode, dst, src: place.register, offset: place.offset, frame: place.frame })
}

function emitStore(selection: Selection, place: Place, bytes: AccessBytes, src: RegisterNumber): void {
  const opcode = CLASS.stx | MODE.mem | SIZE_OF_BYTES[bytes]
  selection.emit({ opcode, dst: place.register, src, offset: place.offset, frame: place.frame })
}

function emitStoreImmediate(selection: Selection, place: Place, bytes: AccessBytes, imm: bigint): void {
  const opcode = CLASS.st | MODE.mem | SIZE_OF_BYTES[bytes]
  selection.emit({ opcode, dst: place.register, imm, offset: place.offset, frame: place.frame })
}

/** The immediate that stores a constant, if there is one. */
function storedImmediate(value: Operand): bigint | undefined {
  if (value.kind !== 'constant') return undefined
  if (value.type !== 'i64') return BigInt.asIntN(32, value.value)
  const imm = immediateOf(value)
  return fitsImmediate(imm) ? imm : undefined
}

/** Zero-extends what it loads, or extends the sign for the conversion that reads it. */
export const loadRule: SelectionRule<Kind<'load'>> = {
  reads: (load) => [baseOf(load.pointer)],
  emit(selection, load) {
    const place = placeOf(selection, addressOf(load.pointer, load.offset))
    const extension = selection.signExtendingLoads.get(load)
    const opcode = CLASS.ldx | (extension === undefined ? MODE.mem : MODE.memsx) | SIZE_OF_BYTES[bytesOf(load.type)]
    selection.emit({ opcode, dst: selection.define(extension ?? load), src: place.register, offset: place.offset, frame: place.frame })
  },
}

/** Stores a register or an immediate. */
export const storeRule: SelectionRule<Kind<'store'>> = {
  reads: (store) => [baseOf(store.pointer), withoutTruncation(store.value)],
  emit(selection, store) {
    const bytes = bytesOf(store.value.type)
    const imm = storedImmediate(store.value)
    const value = imm === undefined ? selection.registerOf(withoutTruncation(store.value)) : 0
    const place = placeOf(selection, addressOf(store.pointer, store.offset))
    if (imm === undefined) emitStore(selection, place, bytes, value)
    else emitStoreImmediate(selection, place, bytes, imm)
  },
}

/** Run-time offsets; constant ones are made where they are used. */
export const offsetPointerRule: SelectionRule<Kind<'offset_pointer'>> = {
  reads: (pointer) => (pointer.offset.kind === 'constant' ? [baseOf(pointer)] : [baseOf(pointer.pointer), pointer.offset]),
  emit(selection, pointer) {
    if (pointer.offset.kind === 'constant') return
    const dst = selection.define(pointer)
    selection.put(dst, pointer.pointer)
    selection.alu('add', dst, { src: selection.registerOf(pointer.offset) })
  },
}

/** Cuts `size` bytes into accesses of at most `alignment` bytes. */
function* piecesOf(size: number, alignmentAt: (done: number) => number): Generator<{ readonly at: number; readonly bytes: AccessBytes }> {
  for (let at = 0; at < size; ) {
    let bytes = alignmentAt(at)
    while (bytes > size - at) bytes >>= 1
    yield { at, bytes: bytes as AccessBytes }
    at += bytes
  }
}

const moved = (address: Address, by: number): Address => ({ base: address.base, offset: address.offset + by })

/** Unrolled stores of 0. */
export const zeroRule: SelectionRule<Kind<'zero'>> = {
  reads: (zero) => [baseOf(zero.pointer)],
  emit(selection, zero) {
    const start = addressOf(zero.pointer, zero.offset)
    for (const { at, bytes } of piecesOf(zero.size, (done) => accessAlignment(moved(start, done)))) {
      emitStoreImmediate(selection, placeOf(selection, moved(start, at)), bytes, 0n)
    }
  },
}

/** Unrolled loads and stores. */
export const copyRule: SelectionRule<Kind<'copy'>> = {
  reads: (copy) => [baseOf(copy.target), baseOf(copy.source)],
  emit(selection, copy) {
    const target = addressOf(copy.target, copy.targetOffset)
    const source = addressOf(copy.source, copy.sourceOffset)
    const alignmentAt = (done: number) => Math.min(accessAlignment(moved(target, done)), accessAlignment(moved(source, done)))
    for (const { at, bytes } of piecesOf(copy.size, alignmentAt)) {
      const value = selection.newRegister()
      emitLoad(selection, placeOf(selection, moved(source, at)), bytes, value)
      emitStore(selection, placeOf(selection, moved(target, at)), bytes, value)
    }
  },
}

const ATOMIC_CODES = {
  add: ATOMIC.add,
  and: ATOMIC.and,
  or: ATOMIC.or,
  xor: ATOMIC.xor,
  exchange: ATOMIC.xchg,
  compare_exchange: ATOMIC.cmpxchg,
}

/** Fetches the old value only when somebody reads it. */
export const atomicRule: SelectionRule<Kind<'atomic'>> = {
  reads: (atomic) => [baseOf(atomic.pointer), atomic.value, ...(atomic.expected === undefined ? [] : [atomic.expected])],
  emit(selection, atomic) {
    const fetches = selection.demanded.has(atomic) && atomic.operator !== 'compare_exchange'
    const src = fetches || atomic.operator === 'exchange' ? ownCopy(selection, atomic) : selection.registerOf(atomic.value)
    const place = placeOf(selection, addressOf(atomic.pointer, atomic.offset))
    const opcode = CLASS.stx | MODE.atomic | SIZE_OF_BYTES[bytesOf(atomic.value.type)]
    const imm = BigInt(ATOMIC_CODES[atomic.operator] | (fetches ? ATOMIC.fetch : 0))
    if (atomic.expected !== undefined) selection.put(0, atomic.expected)
    selection.emit({ opcode, dst: place.register, src, imm, offset: place.offset, frame: place.frame })
    if (atomic.expected !== undefined && selection.demanded.has(atomic)) selection.copy(selection.define(atomic), 0)
  },
}

/** The register that a fetching operation overwrites with the old value. */
function ownCopy(selection: Selection, atomic: Kind<'atomic'>): RegisterNumber {
  const register = selection.define(atomic)
  selection.put(register, atomic.value)
  return register
}
