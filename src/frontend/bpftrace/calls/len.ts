/**
 * `len`: how many elements a value of the traced program has: bytes of a string, elements of a slice or array, entries of a map or
 * channel of Go. And how many keys a map of the script has, and frames a stack.
 */
import type { Operand } from '../../../compiler/ir/ir.ts'
import { emitForEachEntry, entryCallback, GO_ON } from '../../../compiler/lowering/for-each-entry.ts'
import { STACK_OFFSETS } from '../../../spec/stack-layout.ts'
import { INT64, type Type } from '../../../spec/types/type.ts'
import type { CallExpression, Expression, MapExpression } from '../ast.ts'
import { type Checker, mistake } from '../check/checker.ts'
import { describeType, plain, type StaticType } from '../check/static-type.ts'
import type { Lowering } from '../lower/lowering.ts'
import { lowerCount } from '../lower/program-values.ts'
import { materialize } from '../lower/store.ts'
import { integerValue } from '../lower/value.ts'
import type { Call } from './call.ts'

/** `len(x)`. */
export const len: Call = {
  arity: [1, 1],
  kind: 'value',
  check(checker, call) {
    const [of] = call.arguments as readonly [Expression]
    if (of.kind === 'map' && of.key === undefined) return checkMap(checker, call, of)
    const value = checker.checkObject(of)
    if (value.unknown === true || value.type.kind === 'stack' || hasCount(value)) return plain(INT64)
    const message = `len() expects a string, slice, array, map or channel of the traced program, and not a value of type '${describeType(value)}'`
    return mistake(checker, { code: 'wrong-argument-type', span: of.span, message })
  },
  lower(lowering, call) {
    const [of] = call.arguments as readonly [Expression]
    if (of.kind === 'map' && of.key === undefined) return integerValue(countEntries(lowering, of.name))
    return integerValue(lowering.typeOf(of).kind === 'stack' ? countFrames(lowering, of) : lowerCount(lowering, of))
  },
}

function checkMap(checker: Checker, call: CallExpression, map: MapExpression): StaticType {
  const symbol = checker.symbols.maps.get(map.name)
  if (symbol?.keyed === true) return plain(INT64)
  if (symbol === undefined) return mistake(checker, { code: 'undefined-map', span: map.span, message: `Undefined map: ${map.name}` })
  const message = 'call to len() expects a map with explicit keys (non-scalar map)'
  return mistake(checker, { code: 'map-key-mismatch', span: call.span, message })
}

/** Who goes over all entries is told how many there were. @kernel 5.13 */
function countEntries({ builder }: Lowering, map: string): Operand {
  const each = entryCallback(builder, 'count')
  each.return(each.i64(GO_ON))
  const unused = builder.stackSlot('unused', 8)
  builder.store(unused, builder.i64(0))
  return emitForEachEntry(builder, map, each, unused)
}

function countFrames(lowering: Lowering, stack: Expression): Operand {
  const { pointer, offset } = materialize(lowering, lowering.lower(stack), lowering.typeOf(stack))
  return lowering.builder.convert(lowering.builder.load('i32', pointer, offset + STACK_OFFSETS.count), 'i64', { signed: false })
}

function hasCount({ type, object = type }: StaticType): boolean {
  const of: Type | undefined = object.kind === 'pointer' ? object.to : object
  return of?.kind === 'array' || (of?.kind === 'record' && (of.sequence !== undefined || of.count !== undefined))
}
