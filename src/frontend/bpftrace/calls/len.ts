/**
 * `len`: how many elements a value of the traced program has: bytes of a string, elements of a slice or array, entries of a map or
 * channel of Go. Of maps of the script and stacks it is not compiled yet.
 */
import { INT64, type Type } from '../../../spec/types/type.ts'
import type { Expression } from '../ast.ts'
import { mistake } from '../check/checker.ts'
import { describeType, plain, type StaticType } from '../check/static-type.ts'
import { lowerCount } from '../lower/program-values.ts'
import { integerValue } from '../lower/value.ts'
import type { Call } from './call.ts'

/** `len(x)`. */
export const len: Call = {
  arity: [1, 1],
  kind: 'value',
  check(checker, call) {
    const [of] = call.arguments as readonly [Expression]
    if (of.kind === 'map' || (of.kind === 'identifier' && /^[ku]stack$/.test(of.name))) {
      checker.report.notSupported(call.span, "'len' of a map of the script or of a stack")
      return plain(INT64)
    }
    const value = checker.checkObject(of)
    if (value.unknown === true || hasCount(value)) return plain(INT64)
    const message = `len() expects a string, slice, array, map or channel of the traced program, and not a value of type '${describeType(value)}'`
    return mistake(checker, { code: 'wrong-argument-type', span: of.span, message })
  },
  lower: (lowering, call) => integerValue(lowerCount(lowering, call.arguments[0] as Expression)),
}

function hasCount({ type, object = type }: StaticType): boolean {
  const of: Type | undefined = object.kind === 'pointer' ? object.to : object
  return of?.kind === 'array' || (of?.kind === 'record' && (of.sequence !== undefined || of.count !== undefined))
}
