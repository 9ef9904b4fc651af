/**
 * `clear`, `zero` and `delete`.
 */
import type { CallExpression, Expression, MapExpression } from '../ast.ts'
import { type Checker, mistake } from '../check/checker.ts'
import { checkKey } from '../check/maps.ts'
import { BOOLEAN, NOTHING } from '../check/static-type.ts'
import type { MapSymbol } from '../check/symbols.ts'
import { deleteEntry } from '../lower/delete.ts'
import { integerValue, NO_VALUE } from '../lower/value.ts'
import type { Call } from './call.ts'

/** `clear(@m)`: deletes all entries. */
export const clear = wholeMap('clear-map')
/** `zero(@m)`: sets all values to 0, and keeps the keys. */
export const zero = wholeMap('zero-map')

/** An action that user space does to a whole map when it comes to it. */
function wholeMap(action: 'clear-map' | 'zero-map'): Call {
  return {
    arity: [1, 1],
    kind: 'action',
    check(checker, call) {
      requireMap(checker, call)
      return NOTHING
    },
    lower(lowering, call) {
      lowering.send({ kind: action, map: mapOf(call).name }, [])
      return NO_VALUE
    },
  }
}

/** `delete(@m)`, `delete(@m, k)` and the older `delete(@m[k])`. */
export const deleteCall: Call = {
  arity: [1, 2],
  kind: 'value',
  check(checker, call) {
    const target = deleteTarget(call)
    if (target === undefined)
      return mistake(checker, { code: 'map-expected', span: call.span, message: 'delete() expects a map to be provided' })
    const symbol = checker.symbols.map(target.name, { span: target.span, keyed: target.key !== undefined })
    if (symbol.keyed || target.key !== undefined) checkKey(checker, target)
    else if (isHistogram(symbol)) {
      checker.report.notSupported(call.span, 'delete() of a histogram without a key', `clear(${target.name}) empties it`)
    }
    return BOOLEAN
  },
  lower(lowering, call) {
    const target = deleteTarget(call)
    return target === undefined ? NO_VALUE : integerValue(deleteEntry(lowering, target))
  },
}

/** Thousands of numbers on each CPU: more than a program should run through. */
function isHistogram({ aggregation }: MapSymbol): boolean {
  return aggregation?.kind === 'hist' || aggregation?.kind === 'lhist' || aggregation?.kind === 'tseries'
}

function deleteTarget(call: CallExpression): MapExpression | undefined {
  const [map, key] = call.arguments
  if (map?.kind !== 'map') return undefined
  if (key === undefined) return map
  return map.key === undefined ? { ...map, key } : undefined
}

function mapOf(call: CallExpression): MapExpression {
  return call.arguments[0] as MapExpression
}

function requireMap(checker: Checker, call: CallExpression): void {
  const [argument] = call.arguments as readonly [Expression]
  if (argument.kind !== 'map' || argument.key !== undefined) {
    checker.report.error({ code: 'map-expected', span: argument.span, message: `${call.name}() expects a map argument` })
  } else if (!checker.symbols.maps.has(argument.name)) {
    checker.report.error({ code: 'undefined-map', span: argument.span, message: `Undefined map: ${argument.name}` })
  }
}
