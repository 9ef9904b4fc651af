/**
 * `print`: a map as it is when the session comes to it, or one value.
 */
import type { CallExpression, Expression, MapExpression } from '../ast.ts'
import { type Checker, mistake } from '../check/checker.ts'
import { describeType, NOTHING, type StaticType } from '../check/static-type.ts'
import { valueForRecord } from '../lower/record-value.ts'
import { NO_VALUE } from '../lower/value.ts'
import type { Call } from './call.ts'
import { isShowable } from './formatted.ts'

/** Aggregations that have no value of one number. */
const WHOLE_ONLY = ['hist', 'lhist', 'stats', 'tseries']

/** `print(@m[, top[, div]])` and `print(value)`. */
export const print: Call = {
  arity: [1, 3],
  kind: 'action',
  check(checker, call) {
    const map = wholeMap(call)
    return map === undefined ? checkValue(checker, call) : checkMap(checker, call, map)
  },
  lower(lowering, call) {
    const [first] = call.arguments as readonly [Expression]
    if (first.kind === 'map' && first.key === undefined) {
      const [top, divide] = call.arguments.slice(1).map((argument) => (argument.kind === 'integer' ? Number(argument.value) : undefined))
      const limits = { ...(top === undefined ? {} : { top }), ...(divide === undefined ? {} : { divide }) }
      lowering.send({ kind: 'print-map', map: first.name, ...limits }, [])
    } else {
      lowering.send({ kind: 'print-value' }, [valueForRecord(lowering, first, 'value')])
    }
    return NO_VALUE
  },
}

function wholeMap(call: CallExpression): MapExpression | undefined {
  const [first] = call.arguments
  return first?.kind === 'map' && first.key === undefined ? first : undefined
}

function checkMap(checker: Checker, call: CallExpression, map: MapExpression): StaticType {
  const symbol = checker.symbols.maps.get(map.name)
  if (symbol === undefined) return mistake(checker, { code: 'undefined-map', span: map.span, message: `Undefined map: ${map.name}` })
  for (const [index, argument] of call.arguments.slice(1).entries()) {
    if (argument.kind === 'integer' && argument.value >= 0n) continue
    const name = index === 0 ? 'top' : 'div'
    checker.report.error({ code: 'literal-expected', span: argument.span, message: `${name} must be a positive integer literal` })
  }
  return NOTHING
}

function checkValue(checker: Checker, call: CallExpression): StaticType {
  const [first] = call.arguments as readonly [Expression]
  const type = checker.check(first)
  if (call.arguments.length > 1) {
    return mistake(checker, {
      code: 'wrong-argument-count',
      span: call.span,
      message: `Non-map print() only takes 1 argument, ${call.arguments.length} found`,
    })
  }
  if (type.unknown === true) return type
  if (type.aggregation !== undefined && WHOLE_ONLY.includes(type.aggregation.kind)) {
    const name = describeType(type)
    const message = `Map type ${name} cannot print the value of individual keys. You must print the whole map.`
    return mistake(checker, { code: 'wrong-argument-type', span: call.span, message })
  }
  if (!isShowable(type)) {
    const message = `${describeType(type)} type passed to print() is not printable`
    return mistake(checker, { code: 'wrong-argument-type', span: call.span, message })
  }
  return NOTHING
}
