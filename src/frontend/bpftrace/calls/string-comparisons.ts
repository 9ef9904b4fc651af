/**
 * `strncmp(a, b, n)` and `memcmp(a, b, n)`.
 */
import type { Operand } from '../../../compiler/ir/ir.ts'
import { INT8, INT32, type StringType, sizeOf, UINT64 } from '../../../spec/types/type.ts'
import type { CallExpression, Expression } from '../ast.ts'
import { type Checker, mistake } from '../check/checker.ts'
import { isIntegerLike, plain, type StaticType } from '../check/static-type.ts'
import { castInteger } from '../lower/integers.ts'
import type { Lowering } from '../lower/lowering.ts'
import { readBytes } from '../lower/memory.ts'
import { materialize } from '../lower/store.ts'
import { equalBytes } from '../lower/strings.ts'
import { byteAt, type Run, walkBytes } from '../lower/text-place.ts'
import { integerValue } from '../lower/value.ts'
import type { Call } from './call.ts'

type Arguments = readonly [left: Expression, right: Expression, count: Expression]

/** `strncmp(a, b, n)`: 0 when the first n characters of two texts are the same, else 1. */
export const strncmp: Call = {
  arity: [3, 3],
  kind: 'value',
  check(checker, call) {
    const [left, right, count] = call.arguments as Arguments
    for (const text of [left, right]) {
      const type = checker.check(text)
      if (type.unknown === true || type.type.kind === 'string') continue
      const message = `strncmp() only supports string arguments (${type.type.kind} provided)`
      return mistake(checker, { code: 'wrong-argument-type', span: call.span, message })
    }
    checker.check(count)
    const constant = checker.constantOf(count)
    if (typeof constant === 'bigint' && constant >= 0n) return plain(UINT64)
    return mistake(checker, { code: 'literal-expected', span: call.span, message: 'Builtin strncmp requires a non-negative literal' })
  },
  lower(lowering, call) {
    const { builder } = lowering
    const [left, right, count] = call.arguments as Arguments
    const types = [left, right].map((text) => lowering.typeOf(text) as StringType) as [StringType, StringType]
    const size = Math.min(Number(lowering.constantOf(count)), ...types.map(sizeOf))
    const values = [lowering.lower(left), lowering.lower(right)] as const
    if (size === 0) return integerValue(builder.i64(0))
    const places = [materialize(lowering, values[0], types[0]), materialize(lowering, values[1], types[1])] as const
    const differs = builder.compare('eq', equalBytes(lowering, places, size), builder.constant('i1', 0))
    return integerValue(builder.convert(differs, 'i64', { signed: false }))
  },
}

/** `memcmp(a, b, n)`: the difference of the first of n bytes that are not the same, or 0; behind a pointer, if it is one. */
export const memcmp: Call = {
  arity: [3, 3],
  kind: 'value',
  check(checker, call) {
    const [left, right, count] = call.arguments as Arguments
    const types = [left, right].map((side) => checker.checkObject(side))
    const misfit = types.find((type) => type.unknown !== true && !hasBytes(type))
    if (misfit !== undefined) {
      const message = `memcmp() can not compare values of type '${misfit.type.kind}'`
      return mistake(checker, { code: 'wrong-argument-type', span: call.span, message })
    }
    return checkCount(checker, call, count) ?? plain(INT32)
  },
  lower(lowering, call) {
    const [left, right, count] = call.arguments as Arguments
    const most = mostBytes(lowering, count)
    const runs = [memoryOf(lowering, left, most), memoryOf(lowering, right, most)] as const
    return integerValue(firstDifference(lowering, runs, lowering.integer(count)))
  },
}

function hasBytes({ type, aggregation }: StaticType): boolean {
  return aggregation === undefined && type.kind !== 'none' && type.kind !== 'record'
}

function checkCount(checker: Checker, call: CallExpression, count: Expression): StaticType | undefined {
  const type = checker.check(count)
  const constant = checker.constantOf(count)
  if (isIntegerLike(type) && !(typeof constant === 'bigint' && constant < 0n)) return undefined
  return mistake(checker, { code: 'wrong-argument-type', span: call.span, message: 'memcmp() expects a number of bytes' })
}

/** Bytes that are read behind a pointer, at most. */
function mostBytes(lowering: Lowering, count: Expression): number {
  const { maxStringLength } = lowering.config
  const constant = lowering.constantOf(count)
  return typeof constant === 'bigint' && constant < BigInt(maxStringLength) ? Number(constant) : maxStringLength
}

function memoryOf(lowering: Lowering, side: Expression, most: number): Run {
  const type = lowering.typeOf(side)
  const value = lowering.lower(side)
  if (type.kind !== 'pointer' || value.kind !== 'integer') return { place: materialize(lowering, value, type), size: sizeOf(type) }
  const { builder } = lowering
  const place = { pointer: builder.stackSlot('bytes', Math.max(8, Math.ceil(most / 8) * 8)), offset: 0 }
  readBytes(lowering, value.operand, { place, bytes: builder.i64(most), space: type.space })
  return { place, size: most }
}

function firstDifference(lowering: Lowering, [left, right]: readonly [Run, Run], bytes: Operand): Operand {
  const { builder } = lowering
  const difference = builder.stackSlot('difference', 8)
  builder.store(difference, builder.i64(0))
  walkBytes(lowering, Math.min(left.size, right.size), ({ index, next, stop }) => {
    builder.when(builder.compare('uge', index, bytes), stop)
    builder.store(difference, builder.binary('sub', signedByte(lowering, left, index), signedByte(lowering, right, index)))
    builder.when(builder.compare('eq', builder.load('i64', difference), builder.i64(0)), next)
    stop()
  })
  return builder.load('i64', difference)
}

/** Characters of C are signed. */
function signedByte(lowering: Lowering, { place }: Run, index: Operand): Operand {
  return castInteger(lowering, byteAt(lowering, place, index), INT8)
}
