/**
 * Checks uses of maps: with or without key, the types of keys and values, aggregations.
 */
import type { Span } from '../../../base/source-text.ts'
import type { Aggregation } from '../../../spec/map-spec.ts'
import { INT64, NONE, nameOf, UINT64 } from '../../../spec/types/type.ts'
import type { Expression, MapExpression } from '../ast.ts'
import type { Checker } from './checker.ts'
import { warnOfImplicitCast } from './implicit-cast.ts'
import { describeType, type StaticType, UNKNOWN, unify, withoutObject } from './static-type.ts'
import type { MapSymbol } from './symbols.ts'

/** Notes a use of a map and checks its key; undefined when the use contradicts another one. */
export function checkKey(checker: Checker, map: MapExpression): MapSymbol | undefined {
  const keyed = map.key !== undefined
  const symbol = checker.symbols.map(map.name, { span: map.span, keyed })
  const key = map.key === undefined ? undefined : checker.check(map.key)
  if (symbol.keyed !== keyed) {
    reportKeyedness(checker, map, symbol)
    return undefined
  }
  if (map.key !== undefined) symbol.keyNames ??= (map.key.kind === 'tuple' ? map.key.items : [map.key]).map(nameOfKey)
  if (key !== undefined) learnKey(checker, map, symbol, key)
  return symbol
}

/** `comm`, `$size`, `args.path`: what names itself. */
function nameOfKey(key: Expression): string | undefined {
  if (key.kind === 'variable') return key.name.slice(1)
  return key.kind === 'identifier' || key.kind === 'field' ? key.name : undefined
}

function reportKeyedness(checker: Checker, map: MapExpression, symbol: MapSymbol): void {
  const withKey = 'with an explicit key (non-scalar map)'
  const without = 'without an explicit key (scalar map)'
  const [used, previously] = symbol.keyed ? [without, withKey] : [withKey, without]
  const message = `${map.name} used as a map ${used}, previously used ${previously}`
  checker.report.error({ code: 'map-key-mismatch', span: map.span, message })
}

function learnKey(checker: Checker, map: MapExpression, symbol: MapSymbol, key: StaticType): void {
  if (key.unknown === true) return
  const span = map.key?.span ?? map.span
  if (key.aggregation !== undefined || key.type.kind === 'none') {
    const message = `'${describeType(key)}' cannot be used as a map key`
    checker.report.error({ code: 'bad-map-key', span, message })
    return
  }
  const merged = symbol.key === undefined ? withoutObject(key) : unify(symbol.key, key)
  if (merged !== undefined) {
    checker.symbols.learn(symbol, 'key', merged)
    if (map.key !== undefined) warnOfImplicitCast(checker, map.key, { from: key, to: symbol.key?.type })
    return
  }
  const message = `Argument mismatch for ${map.name}: trying to access with arguments: '${nameOf(key.type)}' when map expects arguments: '${describeType(symbol.key ?? UNKNOWN)}'`
  checker.report.error({ code: 'map-key-type-mismatch', span: map.span, message })
}

/** The type of a map's value where it is read. */
export function checkMapRead(checker: Checker, map: MapExpression): StaticType {
  const symbol = checkKey(checker, map)
  if (symbol === undefined) return UNKNOWN
  if (symbol.aggregation !== undefined) return aggregationType(symbol.aggregation)
  return symbol.value ?? UNKNOWN
}

/** What a read of an aggregation yields: an integer where it has one value, otherwise nothing to compute with. */
export function aggregationType(aggregation: Aggregation): StaticType {
  switch (aggregation.kind) {
    case 'count':
      return { type: UINT64, aggregation }
    case 'sum':
    case 'min':
    case 'max':
    case 'avg':
      return { type: aggregation.signed ? INT64 : UINT64, aggregation }
    default:
      return { type: NONE, aggregation }
  }
}

/** Notes that a value is assigned to a map; `span` is the whole assignment. */
export function assignToMap(checker: Checker, map: MapExpression, assigned: { readonly value: StaticType; readonly span: Span }): void {
  const symbol = checkKey(checker, map)
  const { value, span } = assigned
  if (symbol === undefined || value.unknown === true) return
  if (value.aggregation !== undefined) {
    reportAggregationCopy(checker, { map, value, span })
    return
  }
  if (value.type.kind === 'none') {
    const message = `Value '${describeType(value)}' cannot be stored in a map`
    checker.report.error({ code: 'bad-map-value', span, message })
    return
  }
  const known = symbol.aggregation === undefined ? symbol.value : aggregationType(symbol.aggregation)
  const merged = known === undefined ? withoutObject(value) : known.aggregation === undefined ? unify(known, value) : undefined
  if (merged !== undefined) checker.symbols.learn(symbol, 'value', merged)
  else reportMismatch(checker, { map, value, known: known ?? UNKNOWN, span })
}

/** Notes that an aggregation is assigned to a map. */
export function assignAggregation(checker: Checker, map: MapExpression, assigned: { aggregation: Aggregation; span: Span }): void {
  const symbol = checkKey(checker, map)
  const { aggregation, span } = assigned
  if (symbol === undefined) return
  if (symbol.value !== undefined) {
    reportMismatch(checker, { map, value: aggregationType(aggregation), known: symbol.value, span })
  } else if (symbol.aggregation !== undefined && symbol.aggregation.kind !== aggregation.kind) {
    reportMismatch(checker, { map, value: aggregationType(aggregation), known: aggregationType(symbol.aggregation), span })
  } else if (symbol.aggregation !== undefined && !sameParameters(symbol.aggregation, aggregation)) {
    const what = aggregation.kind === 'hist' ? 'bits' : 'bounds'
    const message = `Different ${what} in a single map unsupported: ${map.name} is a ${aggregation.kind} with other ${what} elsewhere`
    checker.report.error({ code: 'different-aggregation', span, message })
  } else {
    checker.symbols.learnAggregation(symbol, aggregation)
  }
}

function sameParameters(a: Aggregation, b: Aggregation): boolean {
  if (a.kind === 'hist' && b.kind === 'hist') return a.bits === b.bits
  if (a.kind === 'lhist' && b.kind === 'lhist') return a.min === b.min && a.max === b.max && a.step === b.step
  if (a.kind === 'tseries' && b.kind === 'tseries') return a.intervalNs === b.intervalNs && a.count === b.count && a.by === b.by
  return true
}

function reportAggregationCopy(checker: Checker, { map, value, span }: { map: MapExpression; value: StaticType; span: Span }): void {
  const name = describeType(value)
  const call = value.aggregation?.kind ?? ''
  const message = `Map value '${name}' cannot be assigned from one map to another. The function that returns this type must be called directly e.g. \`${map.name} = ${call}(${call === 'count' ? '' : 'retval'});\`.`
  const hint =
    value.type.kind === 'int'
      ? `Add a cast to integer if you want the value of the aggregate, e.g. \`${map.name} = (int64)@x;\`.`
      : undefined
  checker.report.error({ code: 'aggregation-copied', span, message, hint })
}

function reportMismatch(checker: Checker, of: { map: MapExpression; value: StaticType; known: StaticType; span: Span }): void {
  const { map, value, known, span } = of
  const message = `Type mismatch for ${map.name}: trying to assign value of type '${describeType(value)}' when map already has a type '${describeType(known)}'`
  checker.report.error({ code: 'type-mismatch', span, message })
}
