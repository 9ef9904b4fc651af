/**
 * Selection of comparisons: as the test of a branch where they decide one, else as a 0 or 1 in a register.
 */
import { CLASS, type Condition, JMP, SOURCE } from '../../../format/asm/opcodes.ts'
import { BITS, constant, type IntegerType, isIntegerType, type Operand, type Predicate, signedValue } from '../../ir/ir.ts'
import { SWAPPED } from '../../ir/predicates.ts'
import type { MachineInstruction, RegisterNumber } from './machine.ts'
import type { Kind, SelectionRule } from './rule.ts'
import { fitsImmediate, type Selection } from './selection.ts'

const CONDITIONS: Readonly<Record<Predicate, Condition>> = {
  eq: 'jeq',
  ne: 'jne',
  ult: 'jlt',
  ule: 'jle',
  ugt: 'jgt',
  uge: 'jge',
  slt: 'jslt',
  sle: 'jsle',
  sgt: 'jsgt',
  sge: 'jsge',
}

interface Comparison {
  readonly predicate: Predicate
  readonly left: Operand
  readonly right: Operand
}

/** Brings a constant to the right, where it may become an immediate. */
function ordered(compare: Comparison): Comparison {
  if (compare.left.kind !== 'constant' || compare.right.kind === 'constant') return compare
  return { predicate: SWAPPED[compare.predicate], left: compare.right, right: compare.left }
}

const isSigned = (predicate: Predicate): boolean => predicate.startsWith('s')
const isNarrow = (operand: Operand): boolean => isIntegerType(operand.type) && BITS[operand.type] < 32

interface Form {
  readonly group: number
  /** Left shift that brings the sign of a narrow value to the top. */
  readonly shift: number
  readonly imm: bigint | undefined
}

/** Chooses between 64-bit and 32-bit jumps: 64 bits tell the verifier more, and zero-extended values compare alike there. */
function formOf({ predicate, left, right }: Comparison): Form {
  const value = right.kind === 'constant' ? signedValue(right) : undefined
  if (!isIntegerType(left.type) || left.type === 'i64')
    return { group: CLASS.jmp, shift: 0, imm: value !== undefined && fitsImmediate(value) ? value : undefined }
  if (isSigned(predicate)) {
    const shift = isNarrow(left) ? 32 - BITS[left.type] : 0
    return { group: CLASS.jmp32, shift, imm: value === undefined ? undefined : value << BigInt(shift) }
  }
  const unsigned = right.kind === 'constant' ? right.value : undefined
  if (unsigned === undefined || unsigned <= 0x7fff_ffffn) return { group: CLASS.jmp, shift: 0, imm: unsigned }
  return { group: CLASS.jmp32, shift: 0, imm: value }
}

/** The values that a comparison needs in registers. */
export function comparedValues(compare: Comparison): readonly Operand[] {
  const comparison = ordered(compare)
  return formOf(comparison).imm === undefined ? [comparison.left, comparison.right] : [comparison.left]
}

/** The conditional jump (without target) that is taken when `compare` holds. */
export function emitTest(selection: Selection, compare: Comparison): MachineInstruction {
  const comparison = ordered(compare)
  const { group, shift, imm } = formOf(comparison)
  const dst = shifted(selection, comparison.left, shift)
  const opcode = group | JMP[CONDITIONS[comparison.predicate]]
  if (imm !== undefined) return selection.instruction({ opcode: opcode | SOURCE.k, dst, imm })
  return selection.instruction({ opcode: opcode | SOURCE.x, dst, src: shifted(selection, comparison.right, shift) })
}

function shifted(selection: Selection, value: Operand, shift: number): RegisterNumber {
  if (shift === 0) return selection.registerOf(value)
  const register = selection.newRegister()
  selection.put(register, value)
  selection.alu('lsh', register, { imm: BigInt(shift) })
  return register
}

/** The jump that is taken when an i1 is true. */
export function emitTruthTest(selection: Selection, condition: Operand): MachineInstruction {
  return emitTest(selection, { predicate: 'ne', left: condition, right: constant(condition.type as IntegerType, 0) })
}

/** A comparison whose truth is wanted as a number. */
export const compareRule: SelectionRule<Kind<'compare'>> = {
  reads: comparedValues,
  emit(selection, compare) {
    const test = emitTest(selection, compare)
    const dst = selection.define(compare)
    const holder = selection.current
    const traits = { depth: holder.depth, cold: holder.cold }
    const otherwise = selection.newBlock(traits)
    const join = selection.newBlock(traits)
    selection.putConstant(dst, 1n)
    holder.end = { kind: 'branch', test, taken: join, next: otherwise }
    selection.moveTo(otherwise)
    selection.putConstant(dst, 0n)
    otherwise.end = { kind: 'jump', target: join }
    selection.moveTo(join)
  },
}
