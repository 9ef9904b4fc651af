/**
 * Selection of arithmetic and conversions. The instruction set has two operands, so a result starts as a copy of the left
 * one; register allocation makes most of these copies disappear.
 */
import { ALU, type AluOperation, CLASS, SOURCE } from '../../../format/asm/opcodes.ts'
import { BITS, type BinaryOperator, type IntegerType, type Operand, type Relocation, signedValue } from '../../ir/ir.ts'
import type { MachineInstruction, RegisterNumber } from './machine.ts'
import type { Kind, SelectionRule } from './rule.ts'
import { fitsImmediate, relocationOf, type Selection, withoutTruncation } from './selection.ts'

const OPERATIONS: Readonly<Record<BinaryOperator, AluOperation>> = {
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
  // These say that they are signed by an offset of 1. Before v4 a pass has rewritten them in terms of the others.
  sdiv: 'div',
  smod: 'mod',
}

const bitsOf = (value: { readonly type: Operand['type'] }): number => BITS[value.type as IntegerType]

/** The verifier refuses 0 as an immediate divisor, though not in a register. */
const DIVISIONS: ReadonlySet<BinaryOperator> = new Set(['udiv', 'umod', 'sdiv', 'smod'])
const SHIFTS: ReadonlySet<BinaryOperator> = new Set(['shl', 'lshr', 'ashr'])

/** The right operand as an immediate, if it fits. Shifts count modulo the width, but the verifier wants to see it done. */
function rightImmediate(binary: Kind<'binary'>): bigint | undefined {
  if (binary.right.kind !== 'constant') return undefined
  if (SHIFTS.has(binary.operator)) return binary.right.value & BigInt(bitsOf(binary) - 1)
  const value = signedValue(binary.right)
  if (value === 0n && DIVISIONS.has(binary.operator)) return undefined
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
    const offset = binary.operator === 'sdiv' || binary.operator === 'smod' ? 1 : 0
    const common = { source: binary.left, offset }
    const opcode = group | ALU[OPERATIONS[binary.operator]]
    const imm = rightImmediate(binary)
    if (imm !== undefined) return emitInPlace(selection, binary, { ...common, opcode: opcode | SOURCE.k, imm })
    const relocated = rightRelocation(binary)
    if (relocated !== undefined)
      return emitInPlace(selection, binary, { ...common, opcode: opcode | SOURCE.k, relocation: relocationOf(relocated) })
    const src = selection.registerOf(binary.right)
    emitInPlace(selection, binary, { ...common, opcode: opcode | SOURCE.x, src })
  },
}

/** `result = source; result operation= src or imm`. */
function emitInPlace(
  selection: Selection,
  result: Operand,
  operation: Partial<MachineInstruction> & { readonly opcode: number; readonly source: Operand },
): void {
  const { source, ...fields } = operation
  const dst = selection.define(result)
  selection.put(dst, source)
  selection.emit({ ...fields, dst })
}

/** Widening, which costs nothing without sign, and narrowing. */
export const convertRule: SelectionRule<Kind<'convert'>> = {
  reads: (convert) => [convert.operator === 'sext' ? withoutTruncation(convert.value) : convert.value],
  emit(selection, convert) {
    if (convert.operator === 'zext' || selection.signExtendingLoads.get(convert.value) === convert) return
    const dst = selection.define(convert)
    if (convert.operator === 'trunc') emitTruncation(selection, convert, dst)
    else if (convert.operator === 'sext') emitSignExtension(selection, convert, dst)
    else {
      selection.put(dst, convert.value)
      forgetPointer(selection, dst)
    }
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

/** A move that extends the sign, or shifts where there is none. Both read no more than the low bits. */
function emitSignExtension(selection: Selection, convert: Kind<'convert'>, dst: RegisterNumber): void {
  const [from, to] = [bitsOf(convert.value), bitsOf(convert)]
  const source = withoutTruncation(convert.value)
  const [group, width] = to === 64 ? [CLASS.alu64, 64] : [CLASS.alu32, 32]
  if (from > 1 && selection.instructionSet.has(4)) {
    selection.emit({ opcode: group | ALU.mov | SOURCE.x, dst, src: selection.registerOf(source), offset: from })
  } else {
    selection.put(dst, source)
    if (from === 1) selection.emit({ opcode: group | ALU.neg, dst })
    else
      for (const operation of ['lsh', 'arsh'] as const)
        selection.emit({ opcode: group | ALU[operation] | SOURCE.k, dst, imm: BigInt(width - from) })
  }
  if (to < 32) selection.alu('and', dst, { imm: (1n << BigInt(to)) - 1n })
}
