/**
 * `buf`: bytes of any value, at an address or of a string or array that the program has.
 */
import type { Span } from '../../../base/source-text.ts'
import type { Operand } from '../../../compiler/ir/ir.ts'
import { BUFFER_HEADER, sizeOf, type Type } from '../../../spec/types/type.ts'
import type { CallExpression, Expression } from '../ast.ts'
import { type Checker, mistake } from '../check/checker.ts'
import { plain, type StaticType } from '../check/static-type.ts'
import { lowerMinimum } from '../lower/integers.ts'
import type { Lowering } from '../lower/lowering.ts'
import { type DeferredValue, early, readBytes } from '../lower/memory.ts'
import { materialize } from '../lower/store.ts'
import type { Place, Value } from '../lower/value.ts'
import type { Call } from './call.ts'

type Arguments = readonly [data: Expression, length?: Expression]

/** `buf(data[, length])`; only arrays have a length of their own. */
export const buf: Call = {
  arity: [1, 2],
  kind: 'value',
  check(checker, call) {
    const [data, length] = call.arguments as Arguments
    const type = checker.checkObject(data)
    const size = length === undefined ? ownSize(checker, call, type) : askedSize(checker, call, length)
    if (type.unknown !== true && !READABLE.has(type.type.kind)) {
      const message = `buf() expects an integer, string, or array argument but saw ${type.type.kind}`
      return mistake(checker, { code: 'wrong-argument-type', span: call.span, message })
    }
    return plain({ kind: 'buffer', size })
  },
  lower(lowering, call) {
    const [data, length] = call.arguments as Arguments
    const type = lowering.typeOf(call)
    const size = sizeOf(type) - BUFFER_HEADER
    const content = { value: lowering.lower(data), type: lowering.typeOf(data) }
    const count = countOf(lowering, length, size)
    const { place: span } = lowering
    const value: DeferredValue = { kind: 'deferred', write: (place) => writeBuffer(lowering, content, { place, size, count, span }) }
    return early(lowering, value, sizeOf(type))
  },
}

/** Addresses, and what lies in memory already. */
const READABLE: ReadonlySet<Type['kind']> = new Set<Type['kind']>(['int', 'pointer', 'string', 'array', 'buffer'])

function ownSize(checker: Checker, call: CallExpression, { type, unknown }: StaticType): number {
  if (type.kind === 'array') return sizeOf(type)
  if (unknown === true) return 0
  const message = `buf() expects a length argument for non-array type ${type.kind}`
  checker.report.error({ code: 'wrong-argument-count', span: call.span, message })
  return 0
}

/** A length that is only known at run time may be as long as strings are. */
function askedSize(checker: Checker, call: CallExpression, length: Expression): number {
  const { maxStringLength } = checker.options.config
  const type = checker.check(length)
  if (type.unknown !== true && type.type.kind !== 'int') {
    const message = `buf() only supports int arguments (${type.type.kind} provided)`
    checker.report.error({ code: 'wrong-argument-type', span: call.span, message })
  }
  const constant = checker.constantOf(length)
  if (typeof constant !== 'bigint') return maxStringLength - BUFFER_HEADER
  if (constant < 0n) {
    checker.report.error({ code: 'out-of-range', span: call.span, message: `buf cannot use negative length (${constant})` })
    return 0
  }
  if (constant <= BigInt(maxStringLength)) return Number(constant)
  const message = `length param (${constant}) is too long and will be shortened to ${maxStringLength} bytes (see max_strlen)`
  checker.report.warning({ code: 'string-shortened', span: length.span, message })
  return maxStringLength
}

/** The number of bytes that are read: known now, or what the script computes, `most` at most. */
function countOf(lowering: Lowering, length: Expression | undefined, most: number): Operand {
  const { builder } = lowering
  const constant = length === undefined ? BigInt(most) : lowering.constantOf(length)
  if (typeof constant === 'bigint') return builder.i64(constant < BigInt(most) ? constant : most)
  return lowerMinimum(lowering, lowering.integer(length as Expression), most)
}

interface Content {
  readonly value: Value
  readonly type: Type
}

interface Target {
  readonly place: Place
  readonly size: number
  readonly count: Operand
  readonly span: Span | undefined
}

/** What is in memory of the program's own is read like any other, so that the length may be known only at run time. */
function writeBuffer(lowering: Lowering, { value, type }: Content, { place, size, count, span }: Target): void {
  const { builder } = lowering
  builder.zero(place.pointer, BUFFER_HEADER + size, place.offset)
  builder.store(place.pointer, builder.convert(count, 'i32', { signed: false }), place.offset)
  const content = { pointer: place.pointer, offset: place.offset + BUFFER_HEADER }
  if (value.kind === 'integer') {
    const space = type.kind === 'pointer' ? type.space : lowering.unit.context.space
    readBytes(lowering, value.operand, { place: content, bytes: count, space, span })
    return
  }
  const { pointer, offset } = materialize(lowering, value, type)
  const bytes = lowerMinimum(lowering, count, sizeOf(type))
  readBytes(lowering, builder.at(pointer, offset), { place: content, bytes, space: 'kernel' })
}
