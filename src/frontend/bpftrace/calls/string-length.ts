/**
 * `strlen(text)` and `strcap(text)`: how long a text is, and how long it could be.
 */
import { UINT64 } from '../../../spec/types/type.ts'
import type { CallExpression, Expression } from '../ast.ts'
import { type Checker, mistake } from '../check/checker.ts'
import { plain, type StaticType } from '../check/static-type.ts'
import { byteAt, lowerRun, runSize, walkBytes } from '../lower/text-place.ts'
import { integerValue } from '../lower/value.ts'
import type { Call } from './call.ts'
import { isStringLike, NOT_STRING_LIKE } from './string-like.ts'

/** `strlen(text)`: characters in front of the NUL. */
export const strlen: Call = {
  arity: [1, 1],
  kind: 'value',
  check: (checker, call) => checkTexts(checker, call, call.arguments) ?? plain(UINT64),
  lower(lowering, call) {
    const { builder } = lowering
    const { place, size } = lowerRun(lowering, call.arguments[0] as Expression)
    const length = builder.stackSlot('length', 8)
    builder.store(length, builder.i64(size))
    walkBytes(lowering, size, ({ index, stop }) => {
      builder.when(builder.compare('eq', byteAt(lowering, place, index), builder.i64(0)), () => {
        builder.store(length, index)
        stop()
      })
    })
    return integerValue(builder.load('i64', length))
  },
}

/** `strcap(text)`: bytes that there is room for, the NUL among them. */
export const strcap: Call = {
  arity: [1, 1],
  kind: 'value',
  check: (checker, call) => checkTexts(checker, call, call.arguments) ?? plain(UINT64),
  lower: (lowering, call) => integerValue(lowering.builder.i64(runSize(lowering, call.arguments[0] as Expression))),
}

/** Complains about arguments that are no texts. */
export function checkTexts(checker: Checker, call: CallExpression, texts: readonly Expression[]): StaticType | undefined {
  const types = texts.map((text) => checker.checkObject(text))
  if (types.every((type) => type.unknown === true || isStringLike(type))) return undefined
  return mistake(checker, { code: 'wrong-argument-type', span: call.span, message: NOT_STRING_LIKE })
}
