/**
 * Compares strings: byte by byte over the smaller of the two buffers, up to a NUL (section 8.2 of the language reference).
 */
import type { Operand } from '../../../compiler/ir/ir.ts'
import { sizeOf } from '../../../spec/types/type.ts'
import type { BinaryExpression, Expression } from '../ast.ts'
import type { Lowering } from './lowering.ts'
import { materialize } from './store.ts'
import { piecesOf, stringConstant, valueAt } from './string-constant.ts'
import type { Place } from './value.ts'

/** Lowers `==` or `!=` of two strings to an i1. */
export function compareStrings(lowering: Lowering, { operator, left, right }: BinaryExpression): Operand {
  const { builder } = lowering
  const literal = [left, right].find((side) => typeof lowering.constantOf(side) === 'string')
  const equal =
    literal === undefined ? equalAtRunTime(lowering, left, right) : equalToLiteral(lowering, literal === left ? right : left, literal)
  return operator === '==' ? equal : builder.compare('eq', equal, builder.constant('i1', 0))
}

/** A literal is compared in pieces of up to 8 bytes, its NUL included unless the other side is too short for it. */
function equalToLiteral(lowering: Lowering, side: Expression, literal: Expression): Operand {
  const { builder } = lowering
  const { bytes } = stringConstant(String(lowering.constantOf(literal)))
  const type = lowering.typeOf(side)
  const place = materialize(lowering, lowering.lower(side), type)
  let difference: Operand = builder.i64(0)
  for (const piece of piecesOf(Math.min(bytes.length, sizeOf(type)), place.offset)) {
    const found = builder.convert(builder.load(piece.type, place.pointer, place.offset + piece.offset), 'i64', { signed: false })
    difference = builder.binary('or', difference, builder.binary('xor', found, builder.i64(valueAt(bytes, piece))))
  }
  return builder.compare('eq', difference, builder.i64(0))
}

function equalAtRunTime(lowering: Lowering, left: Expression, right: Expression): Operand {
  const types = [lowering.typeOf(left), lowering.typeOf(right)] as const
  const places = [materialize(lowering, lowering.lower(left), types[0]), materialize(lowering, lowering.lower(right), types[1])] as const
  return equalBytes(lowering, places, Math.min(sizeOf(types[0]), sizeOf(types[1])))
}

/** A loop over the bytes, which ends at a difference or behind a NUL. */
function equalBytes({ builder }: Lowering, places: readonly [Place, Place], size: number): Operand {
  const index = builder.stackSlot('at', 8)
  const equal = builder.stackSlot('equal', 8)
  builder.store(index, builder.i64(0))
  builder.store(equal, builder.i64(1))
  const [head, body, same, differ, done] = ['head', 'body', 'same', 'differ', 'done'].map((name) => builder.block(name)) as [B, B, B, B, B]
  builder.jump(head)
  builder.moveTo(head)
  const at = builder.load('i64', index)
  builder.branch(builder.compare('ult', at, builder.i64(size)), body, done)
  builder.moveTo(body)
  const [a, b] = places.map((place) => builder.load('i8', builder.offsetPointer(place.pointer, at), place.offset)) as [Operand, Operand]
  builder.store(index, builder.binary('add', at, builder.i64(1)))
  builder.branch(builder.compare('eq', a, b), same, differ)
  builder.moveTo(same)
  builder.branch(builder.compare('eq', a, builder.constant('i8', 0)), done, head)
  builder.moveTo(differ)
  builder.store(equal, builder.i64(0))
  builder.jump(done)
  builder.moveTo(done)
  return builder.compare('ne', builder.load('i64', equal), builder.i64(0))
}

type B = ReturnType<Lowering['builder']['block']>
