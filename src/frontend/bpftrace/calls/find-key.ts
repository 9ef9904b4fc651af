/**
 * `has_key(@m, key)` and `find(@m, key, $value)`: whether a map has a key, and what is under it.
 */
import type { Operand } from '../../../compiler/ir/ir.ts'
import type { CallExpression, Expression, MapExpression, VariableExpression } from '../ast.ts'
import { type Checker, mistake } from '../check/checker.ts'
import { checkMapRead } from '../check/maps.ts'
import { BOOLEAN } from '../check/static-type.ts'
import { findEntry } from '../lower/find-entry.ts'
import type { Lowering } from '../lower/lowering.ts'
import { integerValue } from '../lower/value.ts'
import { assignVariable } from '../lower/variables.ts'
import type { Call } from './call.ts'

/** `has_key(@m, key)`. */
export const hasKey: Call = {
  arity: [2, 2],
  kind: 'value',
  check(checker, call) {
    const entry = checkEntry(checker, call)
    if (entry !== undefined) checkMapRead(checker, entry)
    return BOOLEAN
  },
  lower: (lowering, call) => integerValue(truth(lowering, findEntry(lowering, entryOf(call)).exists)),
}

/** `find(@m, key, $value)`: where there is such a key, the variable gets what is under it. */
export const find: Call = {
  arity: [3, 3],
  kind: 'value',
  check(checker, call) {
    const entry = checkEntry(checker, call)
    const [, , variable] = call.arguments as readonly [Expression, Expression, Expression]
    if (variable.kind !== 'variable') {
      mistake(checker, { code: 'variable-expected', span: variable.span, message: 'find() expects a variable for the value' })
    } else if (entry !== undefined) {
      checker.assign(variable, { value: checker.check(entry), expression: entry, span: call.span })
    }
    return BOOLEAN
  },
  lower(lowering, call) {
    const entry = entryOf(call)
    const { exists, read } = findEntry(lowering, entry)
    lowering.builder.when(exists, () => {
      assignVariable(lowering, call.arguments[2] as VariableExpression, { value: read(), from: lowering.typeOf(entry) })
    })
    return integerValue(truth(lowering, exists))
  },
}

function truth({ builder }: Lowering, condition: Operand): Operand {
  return builder.convert(condition, 'i64', { signed: false })
}

/** The entry that a call is about, which is the same expression in every round. */
const ENTRIES = new WeakMap<CallExpression, MapExpression>()

function entryOf(call: CallExpression): MapExpression {
  const [map, key] = call.arguments as readonly [MapExpression, Expression]
  const known = ENTRIES.get(call)
  if (known !== undefined) return known
  const entry: MapExpression = { ...map, key }
  ENTRIES.set(call, entry)
  return entry
}

function checkEntry(checker: Checker, call: CallExpression): MapExpression | undefined {
  const [map] = call.arguments as readonly [Expression]
  if (map.kind !== 'map' || map.key !== undefined) {
    mistake(checker, { code: 'map-expected', span: map.span, message: `${call.name}() expects a map argument` })
    return undefined
  }
  const symbol = checker.symbols.maps.get(map.name)
  if (symbol === undefined) {
    mistake(checker, { code: 'undefined-map', span: map.span, message: `Undefined map: ${map.name}` })
    return undefined
  }
  if (symbol.keyed) return entryOf(call)
  const message = `call to ${call.name}() expects a map with explicit keys (non-scalar map)`
  mistake(checker, { code: 'map-key-mismatch', span: call.span, message })
  return undefined
}
