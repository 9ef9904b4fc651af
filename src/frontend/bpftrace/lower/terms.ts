/**
 * Lowers what debug information computes where a value is from: registers of the hit, constants, memory.
 */
import { virtualOffset } from '../../../base/address.ts'
import { InternalError } from '../../../base/errors.ts'
import type { BinaryOperator, Operand, Predicate } from '../../../compiler/ir/ir.ts'
import { PT_REGS } from '../../../compiler/lowering/registers.ts'
import { absoluteAddressOf } from '../../../compiler/lowering/slide.ts'
import type { Term, BinaryOperator as TermOperator } from '../../../format/dwarf/locations/location.ts'
import { readableRegister } from '../../../format/dwarf/locations/registers.ts'
import type { Lowering } from './lowering.ts'
import { readAt } from './memory.ts'

const ARITHMETIC: Readonly<Partial<Record<TermOperator, BinaryOperator>>> = {
  add: 'add',
  sub: 'sub',
  mul: 'mul',
  sdiv: 'sdiv',
  urem: 'umod',
  and: 'and',
  or: 'or',
  xor: 'xor',
  shl: 'shl',
  lshr: 'lshr',
  ashr: 'ashr',
}
const COMPARISONS: Readonly<Partial<Record<TermOperator, Predicate>>> = {
  eq: 'eq',
  ne: 'ne',
  slt: 'slt',
  sle: 'sle',
  sgt: 'sgt',
  sge: 'sge',
}

/** The value of a term (i64). */
export function lowerTerm(lowering: Lowering, term: Term): Operand {
  const { builder, unit } = lowering
  switch (term.kind) {
    case 'constant':
      return builder.i64(term.value)
    case 'address':
      if (unit.context.uprobe === undefined) throw new InternalError('an address of a program outside of a uprobe')
      return absoluteAddressOf(builder, unit.context.uprobe, virtualOffset(term.value))
    case 'register':
      return registerValue(lowering, term.register)
    case 'read': {
      const type = { kind: 'int', size: term.size, signed: false } as const
      const value = readAt(lowering, lowerTerm(lowering, term.at), { type, space: 'user' })
      if (value.kind !== 'integer') throw new InternalError('a number is an integer')
      return value.operand
    }
    case 'binary':
      return lowerBinary(lowering, term)
  }
}

function registerValue({ builder }: Lowering, register: number): Operand {
  const name = readableRegister(register)
  // The check has complained about those that are read whole; a frame in such a register does not exist.
  return name === undefined ? builder.i64(0) : builder.load('i64', builder.context, PT_REGS[name])
}

function lowerBinary(lowering: Lowering, { operator, left, right }: Extract<Term, { kind: 'binary' }>): Operand {
  const { builder } = lowering
  const [first, second] = [lowerTerm(lowering, left), lowerTerm(lowering, right)]
  const predicate = COMPARISONS[operator]
  if (predicate !== undefined) return builder.convert(builder.compare(predicate, first, second), 'i64', { signed: false })
  return builder.binary(ARITHMETIC[operator] ?? 'add', first, second)
}
