/**
 * `join(list[, separator])`: the texts of a list of pointers, as `argv` is one, up to the first that is empty.
 */
import { type ArrayType, type PointerSpace, UINT64 } from '../../../spec/types/type.ts'
import type { CallExpression, Expression } from '../ast.ts'
import { mistake } from '../check/checker.ts'
import { NOTHING } from '../check/static-type.ts'
import type { Lowering } from '../lower/lowering.ts'
import { readAt, readString } from '../lower/memory.ts'
import { NO_VALUE, type Place, type Value } from '../lower/value.ts'
import type { Call } from './call.ts'

const POINTER_SIZE = 8
/** Texts of a list that are shown, and bytes of each with its NUL: as many as bpftrace shows. */
const TEXTS: ArrayType = { kind: 'array', element: { kind: 'string', size: 1024 }, count: 16 }
const TEXT_SIZE = 1024
const DEFAULT_SEPARATOR = ' '

/** `join(list[, separator])`. */
export const join: Call = {
  arity: [1, 2],
  kind: 'action',
  check(checker, call) {
    const [list, separator] = call.arguments as readonly [Expression, Expression | undefined]
    const { type, unknown } = checker.check(list)
    if (separator !== undefined && separator.kind !== 'string') {
      const message = `join() expects a string literal (${checker.check(separator).type.kind} provided)`
      return mistake(checker, { code: 'literal-expected', span: separator.span, message })
    }
    if (unknown === true || type.kind === 'int' || type.kind === 'pointer') return NOTHING
    const message = `join() only supports int or pointer arguments (${type.kind} provided)`
    return mistake(checker, { code: 'wrong-argument-type', span: list.span, message })
  },
  lower(lowering, call) {
    const [list] = call.arguments as readonly [Expression]
    const type = lowering.typeOf(list)
    const space = type.kind === 'pointer' ? type.space : lowering.unit.context.space
    lowering.send({ kind: 'join', separator: separatorOf(call) }, [{ name: 'texts', type: TEXTS, value: textsOf(lowering, list, space) }])
    return NO_VALUE
  },
}

function separatorOf({ arguments: [, separator] }: CallExpression): string {
  return separator?.kind === 'string' ? separator.value : DEFAULT_SEPARATOR
}

/** Reads texts until a pointer is 0; those behind it begin with a NUL. */
function textsOf(lowering: Lowering, list: Expression, space: PointerSpace): Value {
  const { builder } = lowering
  const address = lowering.integer(list)
  return {
    kind: 'deferred',
    write(place) {
      const done = builder.block('joined')
      const places = Array.from({ length: TEXTS.count }, (_, index): Place => ({ ...place, offset: place.offset + index * TEXT_SIZE }))
      for (const { pointer, offset } of places) builder.store(pointer, builder.constant('i8', 0), offset)
      for (const [index, target] of places.entries()) {
        const element = builder.binary('add', address, builder.i64(index * POINTER_SIZE))
        const pointer = readAt(lowering, element, { type: UINT64, space })
        const text = pointer.kind === 'integer' ? pointer.operand : builder.i64(0)
        const next = builder.block('next_text')
        builder.branch(builder.compare('eq', text, builder.i64(0)), done, next)
        builder.moveTo(next)
        const value = readString(lowering, { address: text, space, size: TEXT_SIZE, length: undefined })
        if (value.kind === 'deferred') value.writeText?.(target)
      }
      builder.jump(done)
      builder.moveTo(done)
    },
  }
}
