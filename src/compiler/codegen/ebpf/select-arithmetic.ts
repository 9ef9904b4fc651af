/**
 * Selection of arithmetic and conversions. The instruction set has two operands, so a result starts as a copy of the left
 * one; register allocation makes most of these copies disappear.
 */
import { InternalError } from '../../../base/errors.ts'
import { ALU, type AluOperation, CLASS, SOURCE } from '../../../format/asm/opcodes.ts'
import type { TypeRelocation } from '../../../format/asm/type-relocation.ts'
import { BITS, type BinaryOperator, type IntegerType, type Operand, type Relocation, signedValue } from '../../ir/ir.ts'
import type { RegisterNumber } from './machine.ts'
import type { Kind, SelectionRule } from './rule.ts'
import { fitsImmediate, relocationOf, type Selection } from './selection.ts'

const OPERATIONS: Readonly<Record<BinaryOperator, AluOperation | undefined>> = {
  add: 'add',
  sub: 'sub',
  mul: 'mul',
  udiv: 'div',
  umod: 'mod',
  and: 'and',
  or: 'or',
  xor: 'xor',
  shl: 'lsh',
  lshr: 'rsh',
  ashr: 'arsh',
  // Signed division needs instruction set v4: a pass has rewritten it in terms of the others.
  sdiv: undefined,
  smod: undefined,
}

const bitsOf = (value: { readonly type: Operand['type'] }): number => BITS[value.type as IntegerType]

const SHIFTS: ReadonlySet<BinaryOperator> = new Set(['shl', 'lshr', 'ashr'])

/** The right operand as an immediate, if it fits. Shifts count modulo the width, but the verifier wants to see it done. */
function rightImmediate(binary: Kind<'binary'>): bigint | undefined {
  if (binary.right.kind !== 'constant') return undefined
  if (SHIFTS.has(binary.operator)) return binary.right.value & BigInt(bitsOf(binary) - 1)
  const value = signedValue(binary.right)
  return fitsImmediate(value) ? value : undefined
}

/** The right operand of an addition that the kernel's types tell: where in a struct something is. */
function rightRelocation(binary: Kind<'binary'>): Relocation | undefined {
  const isAddition = binary.operator === 'add' && binary.type === 'i64'
  return isAddition && binary.right.kind === 'relocation' && binary.right.question !== 'enum_value' ? binary.right : undefined
}

const hasImmediate = (binary: Kind<'binary'>): boolean => rightImmediate(binary) !== undefined || rightRelocation(binary) !== undefined

const isNegation = (binary: Kind<'binary'>): boolean =>
  binary.operator === 'sub' && binary.left.kind === 'constant' && binary.left.value === 0n

/** Arithmetic of 32 and 64 bits. */
export const binaryRule: SelectionRule<Kind<'binary'>> = {
  reads: (binary) => (isNegation(binary) ? [binary.right] : [binary.left, ...(hasImmediate(binary) ? [] : [binary.right])]),
  emit(selection, binary) {
    const group = binary.type === 'i64' ? CLASS.alu64 : CLASS.alu32
    if (isNegation(binary)) return emitInPlace(selection, binary, { opcode: group | ALU.neg, source: binary.right })
    const operation = OPERATIONS[binary.operator]
    if (operation === undefined) throw new InternalError(`${binary.operator} has not been lowered`)
    const imm = rightImmediate(binary)
    if (imm !== undefined) return emitInPlace(selection, binary, { opcode: group | ALU[operation] | SOURCE.k, source: binary.left, imm })
    const relocated = rightRelocation(binary)
    if (relocated !== undefined)
      return emitInPlace(selection, binary, {
        opcode: group | ALU[operation] | SOURCE.k,
        source: binary.left,
        relocation: relocationOf(relocated),
      })
    const src = selection.registerOf(binary.right)
    emitInPlace(selection, binary, { opcode: group | ALU[operation] | SOURCE.x, source: binary.left, src })
  },
}

/** `result = source; result operation= src or imm`. */
function emitInPlace(
  selection: Selection,
  result: Operand,
  operation: {
    readonly opcode: number
    readonly source: Operand
    readonly imm?: bigint
    readonly src?: RegisterNumber
    readonly relocation?: TypeRelocation
  },
): void {
  const dst = selection.define(result)
  selection.put(dst, operation.source)
  const { opcode, imm = 0n, src = 0, relocation } = operation
  selection.emit({ opcode, dst, imm, src, relocation })
}

/** Widening, which costs nothing without sign, and narrowing. */
export const convertRule: SelectionRule<Kind<'convert'>> = {
  reads: (convert) => [convert.value],
  emit(selection, convert) {
    if (convert.operator === 'zext') return
    const dst = selection.define(convert)
    if (convert.operator === 'trunc') return emitTruncation(selection, convert, dst)
    selection.put(dst, convert.value)
    if (convert.operator === 'address') return forgetPointer(selection, dst)
    emitSignExtension(selection, dst, { from: bitsOf(convert.value), to: bitsOf(convert) })
  },
}

/** The verifier lets nobody compute with a pointer, but takes one that was negated for a number: twice, and it is the same one. */
function forgetPointer(selection: Selection, dst: RegisterNumber): void {
  for (const opcode of [CLASS.alu64 | ALU.neg, CLASS.alu64 | ALU.neg]) selection.emit({ opcode, dst })
}

function emitTruncation(selection: Selection, convert: Kind<'convert'>, dst: RegisterNumber): void {
  if (convert.type === 'i32') {
    selection.emit({ opcode: CLASS.alu32 | ALU.mov | SOURCE.x, dst, src: selection.registerOf(convert.value) })
    return
  }
  selection.put(dst, convert.value)
  selection.alu('and', dst, { imm: (1n << BigInt(bitsOf(convert))) - 1n })
}

/** Extends the sign in place, by shifts that every kernel has. */
function emitSignExtension(selection: Selection, dst: RegisterNumber, bits: { readonly from: number; readonly to: number }): void {
  const [group, width] = bits.to === 64 ? [CLASS.alu64, 64] : [CLASS.alu32, 32]
  if (bits.from === 1) selection.emit({ opcode: group | ALU.neg, dst })
  else {
    const imm = BigInt(width - bits.from)
    selection.emit({ opcode: group | ALU.lsh | SOURCE.k, dst, imm })
    selection.emit({ opcode: group | ALU.arsh | SOURCE.k, dst, imm })
  }
  if (bits.to < 32) selection.alu('and', dst, { imm: (1n << BigInt(bits.to)) - 1n })
}
