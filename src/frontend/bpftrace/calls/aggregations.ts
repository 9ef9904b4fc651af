/**
 * Aggregations (`count`, `sum`, ..., `hist`): what they take and the kind of map value they make. Section 5 of the
 * language reference. How a value is added to a map is `lower/aggregate.ts`.
 */
import type { Aggregation } from '../../../spec/map-spec.ts'
import type { CallExpression, Expression } from '../ast.ts'
import type { Checker } from '../check/checker.ts'
import type { ConstantResult } from '../check/constant.ts'
import type { StaticType } from '../check/static-type.ts'
import { mayUse } from '../check/unstable.ts'
import { checkArity } from './call.ts'

interface AggregationCall {
  readonly arity: readonly [fewest: number, most: number]
  /** The aggregation of checked arguments; undefined after a complaint. */
  make(checker: Checker, call: CallExpression, value: StaticType | undefined): Aggregation | undefined
}

const MOST_BUCKETS = 1000n
const MOST_BITS = 5n
const MOST_INTERVALS = 1_000_000n
const SERIES_BY = ['avg', 'max', 'min', 'sum'] as const

const AGGREGATIONS: Readonly<Record<string, AggregationCall>> = {
  count: { arity: [0, 0], make: () => ({ kind: 'count' }) },
  sum: ofNumbers('sum'),
  min: ofNumbers('min'),
  max: ofNumbers('max'),
  avg: ofNumbers('avg'),
  stats: ofNumbers('stats'),
  hist: { arity: [1, 2], make: makeHistogram },
  lhist: { arity: [4, 4], make: makeLinear },
  tseries: { arity: [3, 4], make: makeSeries },
}

/** True for a function that makes a map value. */
export function isAggregation(name: string): boolean {
  return Object.hasOwn(AGGREGATIONS, name)
}

/** Checks a call of an aggregation on the right of a map assignment. */
export function checkAggregation(checker: Checker, call: CallExpression): Aggregation | undefined {
  const row = AGGREGATIONS[call.name]
  const types = call.arguments.map((argument) => checker.check(argument))
  if (row === undefined || !checkArity(checker, call, row.arity)) return undefined
  const [value] = types
  const [argument] = call.arguments
  if (value !== undefined && argument !== undefined && value.unknown !== true && value.type.kind !== 'int') {
    const message = `${call.name}() only supports integer arguments (${value.type.kind} provided)`
    checker.report.error({ code: 'wrong-argument-type', span: argument.span, message })
    return undefined
  }
  if (call.name === 'tseries' && !mayUse(checker, 'tseries', call.span)) return undefined
  return row.make(checker, call, value)
}

function ofNumbers(kind: 'sum' | 'min' | 'max' | 'avg' | 'stats'): AggregationCall {
  return { arity: [1, 1], make: (_checker, _call, value) => ({ kind, signed: value?.type.kind === 'int' && value.type.signed }) }
}

function makeHistogram(checker: Checker, call: CallExpression): Aggregation | undefined {
  const [, bits] = call.arguments
  const value = bits === undefined ? 0n : literal(checker, call, bits)
  if (value === undefined) return undefined
  if (value >= 0n && value <= MOST_BITS) return { kind: 'hist', bits: Number(value) }
  checker.report.error({ code: 'out-of-range', span: call.span, message: `${call.name}: bits ${value} must be 0..${MOST_BITS}` })
  return undefined
}

function makeLinear(checker: Checker, call: CallExpression): Aggregation | undefined {
  const [min, max, step] = call.arguments.slice(1).map((argument) => literal(checker, call, argument))
  if (min === undefined || max === undefined || step === undefined) return undefined
  const problem = linearProblem(min, max, step)
  if (problem === undefined) return { kind: 'lhist', min, max, step }
  checker.report.error({ code: 'out-of-range', span: call.span, message: `lhist() ${problem}` })
  return undefined
}

function linearProblem(min: bigint, max: bigint, step: bigint): string | undefined {
  if (step <= 0n) return `step must be >= 1 (${step} provided)`
  if (min < 0n) return `min must be non-negative (provided min ${min})`
  if (min >= max) return `min must be less than max (provided min ${min} and max ${max})`
  const buckets = (max - min) / step
  if (buckets > MOST_BUCKETS) return `too many buckets, must be <= ${MOST_BUCKETS} (would need ${buckets})`
  return step > max - min ? `step must not be larger than the range (provided step ${step} and range ${max - min})` : undefined
}

function makeSeries(checker: Checker, call: CallExpression, value: StaticType | undefined): Aggregation | undefined {
  const [, interval, intervals, by] = call.arguments
  const [intervalNs, count] = [checker.constantOf(interval as Expression), checker.constantOf(intervals as Expression)]
  const problem = seriesProblem({ intervalNs, count, by })
  if (problem !== undefined || typeof intervalNs !== 'bigint') {
    checker.report.error({ code: 'out-of-range', span: call.span, message: problem ?? '' })
    return undefined
  }
  const named = SERIES_BY.find((name) => by?.kind === 'string' && by.value === name)
  const signed = value?.type.kind === 'int' && value.type.signed
  return { kind: 'tseries', signed, intervalNs, count: Number(count), by: named ?? 'last' }
}

function seriesProblem(of: {
  readonly intervalNs: ConstantResult
  readonly count: ConstantResult
  readonly by: Expression | undefined
}): string | undefined {
  const { intervalNs, count, by } = of
  if (typeof intervalNs !== 'bigint' || intervalNs < 0n) return 'tseries: invalid interval_ns value (must be non-negative literal)'
  if (typeof count !== 'bigint' || count < 0n) return 'tseries: invalid num_intervals value (must be non-negative literal)'
  if (intervalNs === 0n) return 'tseries() interval_ns must be >= 1 (0 provided)'
  if (count === 0n) return 'tseries() num_intervals must be >= 1 (0 provided)'
  if (count >= MOST_INTERVALS) return `tseries() num_intervals must be < ${MOST_INTERVALS} (${count} provided)`
  if (by === undefined || (by.kind === 'string' && SERIES_BY.some((name) => name === by.value))) return undefined
  const provided = by.kind === 'string' ? `"${by.value}"` : by.kind
  return `tseries() expects one of the following aggregation functions: ${SERIES_BY.join(', ')} (${provided} provided)`
}

function literal(checker: Checker, call: CallExpression, argument: Expression): bigint | undefined {
  const value = checker.constantOf(argument)
  if (typeof value === 'bigint') return value
  checker.report.error({ code: 'literal-expected', span: argument.span, message: `${call.name}() expects an integer literal here` })
  return undefined
}
