/**
 * Compares strings: word by word over the smaller of the two buffers, up to a NUL (section 8.2 of the language reference).
 */
import type { FunctionBuilder } from '../../../compiler/ir/builder.ts'
import type { Operand } from '../../../compiler/ir/ir.ts'
import { sizeOf } from '../../../spec/types/type.ts'
import type { BinaryExpression, Expression } from '../ast.ts'
import { COMPARISONS } from '../check/comparisons.ts'
import type { Lowering } from './lowering.ts'
import { materialize } from './store.ts'
import { piecesOf, stringConstant, valueAt } from './string-constant.ts'
import type { Place } from './value.ts'

/** Lowers `==` or `!=` of two strings, or any comparison of two literals, to an i1. */
export function compareStrings(lowering: Lowering, { operator, left, right }: BinaryExpression): Operand {
  const { builder } = lowering
  const [first, second] = [lowering.constantOf(left), lowering.constantOf(right)]
  if (typeof first === 'string' && typeof second === 'string')
    return builder.constant('i1', COMPARISONS[operator]?.(first, second) === true ? 1 : 0)
  const literal = typeof first === 'string' ? left : typeof second === 'string' ? right : undefined
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

/** Words of some bytes: their type, and a word whose bytes are all 1. */
const WORDS = [
  { bytes: 8, type: 'i64', ones: 0x0101_0101_0101_0101n },
  { bytes: 4, type: 'i32', ones: 0x0101_0101n },
  { bytes: 2, type: 'i16', ones: 0x0101n },
  { bytes: 1, type: 'i8', ones: 0x01n },
] as const
type Word = (typeof WORDS)[number]

/**
 * A loop over words, which ends at one that differs or holds a NUL. The verifier goes through every round and keeps a note of
 * every branch that it has yet to follow, 8192 at most, so there is but one branch in a round.
 */
export function equalBytes({ builder }: Lowering, places: readonly [Place, Place], size: number): Operand {
  const word = WORDS.find(({ bytes }) => bytes <= size && places.every(({ offset }) => offset % bytes === 0)) ?? WORDS[3]
  const end = size - (size % word.bytes)
  const at = builder.stackSlot('at', 8)
  const equal = builder.stackSlot('equal', 8)
  builder.store(at, builder.i64(0))
  const [head, body, decided, rest, done] = ['head', 'body', 'decided', 'rest', 'done'].map((name) => builder.block(name)) as [
    B,
    B,
    B,
    B,
    B,
  ]
  builder.jump(head)
  builder.moveTo(head)
  const index = builder.load('i64', at)
  builder.branch(builder.compare('ult', index, builder.i64(end)), body, rest)
  builder.moveTo(body)
  const pair = places.map(({ pointer, offset }) => builder.load(word.type, builder.offsetPointer(pointer, index), offset))
  const { differing, ending } = inspectWords(builder, pair as [Operand, Operand], word)
  builder.store(at, builder.binary('add', index, builder.i64(word.bytes)))
  builder.branch(builder.compare('eq', builder.binary('or', differing, ending), builder.i64(0)), head, decided)
  builder.moveTo(decided)
  // All bits up to the NUL's highest; all bits where there is no NUL.
  const before = builder.binary('xor', ending, builder.binary('sub', ending, builder.i64(1)))
  builder.store(equal, builder.convert(builder.compare('eq', builder.binary('and', differing, before), builder.i64(0)), 'i64', UNSIGNED))
  builder.jump(done)
  builder.moveTo(rest)
  builder.store(equal, end === size ? builder.i64(1) : equalTail(builder, places, { start: end, size }))
  builder.jump(done)
  builder.moveTo(done)
  return builder.compare('ne', builder.load('i64', equal), builder.i64(0))
}

const UNSIGNED = { signed: false } as const

/** Where two words differ, and the highest bit of the first NUL in the left one (and of some bytes behind it). */
function inspectWords(
  builder: FunctionBuilder,
  pair: readonly [Operand, Operand],
  { ones }: Word,
): { differing: Operand; ending: Operand } {
  const [left, right] = pair.map((value) => builder.convert(value, 'i64', UNSIGNED)) as [Operand, Operand]
  const differing = builder.binary('xor', left, right)
  const borrowed = builder.binary('sub', left, builder.i64(ones))
  const noHighBit = builder.binary('xor', left, builder.i64(-1))
  return { differing, ending: builder.binary('and', builder.binary('and', borrowed, noHighBit), builder.i64(ones << 7n)) }
}

/** 1 when the bytes behind the last whole word are the same text. */
function equalTail(
  builder: FunctionBuilder,
  places: readonly [Place, Place],
  area: { readonly start: number; readonly size: number },
): Operand {
  const alive = builder.stackSlot('alive', 8)
  const equal = builder.stackSlot('same', 8)
  builder.store(alive, builder.i64(1))
  builder.store(equal, builder.i64(1))
  for (let at = area.start; at < area.size; at++) {
    const [left, right] = places.map(({ pointer, offset }) => builder.load('i8', pointer, offset + at)) as [Operand, Operand]
    const differs = builder.convert(builder.compare('ne', left, right), 'i64', UNSIGNED)
    const wrong = builder.binary('and', builder.load('i64', alive), differs)
    builder.store(equal, builder.binary('and', builder.load('i64', equal), builder.binary('xor', wrong, builder.i64(1))))
    const goesOn = builder.convert(builder.compare('ne', left, builder.constant('i8', 0)), 'i64', UNSIGNED)
    builder.store(alive, builder.binary('and', builder.load('i64', alive), goesOn))
  }
  return builder.load('i64', equal)
}

type B = ReturnType<Lowering['builder']['block']>
