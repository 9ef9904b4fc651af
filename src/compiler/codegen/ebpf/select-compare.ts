/**
 * Selection of comparisons: as the test of a branch where they decide one, else as a 0 or 1 in a register.
 */
import { CLASS, type Condition, JMP, SOURCE } from '../../../format/asm/opcodes.ts'
import type { InstructionSet } from '../../../spec/instruction-set.ts'
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

/** How a comparison is made: with the instructions that there are, and an immediate where it can be one. */
interface Form {
  readonly group: number
  /** Left shift that brings the sign of a narrow value to the top. */
  readonly shift: number
  /** What a constant on the right is compared as. */
  readonly value: bigint | undefined
  /** True when left and right must change places: v1 has no jumps on "less", so both must be in registers. */
  readonly exchanged: boolean
}

const LESS: ReadonlySet<Predicate> = new Set(['ult', 'ule', 'slt', 'sle'])

function formOf(comparison: Comparison, set: InstructionSet): Form {
  const exchanged = LESS.has(comparison.predicate) && !set.has(2)
  return { ...widthOf(comparison, set), exchanged }
}

/** Chooses between 64-bit and 32-bit jumps: 64 bits tell the verifier more, and zero-extended values compare alike there. */
function widthOf({ predicate, left, right }: Comparison, set: InstructionSet): Omit<Form, 'exchanged'> {
  const value = right.kind === 'constant' ? signedValue(right) : undefined
  if (!isIntegerType(left.type) || left.type === 'i64') return { group: CLASS.jmp, shift: 0, value }
  if (isSigned(predicate)) {
    const [group, width] = set.has(3) ? [CLASS.jmp32, 32] : [CLASS.jmp, 64]
    const shift = width - Math.min(width, BITS[left.type])
    return { group, shift, value: value === undefined ? undefined : value << BigInt(shift) }
  }
  const unsigned = right.kind === 'constant' ? right.value : undefined
  const fits = unsigned === undefined || fitsImmediate(unsigned)
  return fits || !set.has(3) ? { group: CLASS.jmp, shift: 0, value: unsigned } : { group: CLASS.jmp32, shift: 0, value }
}

function immediateIn({ value, exchanged }: Form): bigint | undefined {
  return value !== undefined && fitsImmediate(value) && !exchanged ? value : undefined
}

/** The values that a comparison needs in registers. */
export function comparedValues(compare: Comparison): readonly Operand[] {
  const { left, right } = ordered(compare)
  return right.kind === 'constant' ? [left] : [left, right]
}

/** The conditional jump (without target) that is taken when `compare` holds. */
export function emitTest(selection: Selection, compare: Comparison): MachineInstruction {
  const { predicate, left, right } = ordered(compare)
  const form = formOf({ predicate, left, right }, selection.instructionSet)
  const dst = shifted(selection, left, form.shift)
  const imm = immediateIn(form)
  const opcode = (held: Predicate) => form.group | JMP[CONDITIONS[held]]
  if (imm !== undefined) return selection.instruction({ opcode: opcode(predicate) | SOURCE.k, dst, imm })
  const src = form.value === undefined ? shifted(selection, right, form.shift) : selection.registerOf(constant('i64', form.value))
  const operands = form.exchanged ? { dst: src, src: dst } : { dst, src }
  return selection.instruction({ opcode: opcode(form.exchanged ? SWAPPED[predicate] : predicate) | SOURCE.x, ...operands })
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
