/**
 * Adds values to aggregations, and reduces them over CPUs where a program reads one. Additions are atomic: a timer's
 * program may interrupt a uprobe's on the same CPU. Layouts are those of `MapView` (spec/map-spec.ts).
 */
import { InternalError } from '../../../base/errors.ts'
import type { Operand, Predicate } from '../../../compiler/ir/ir.ts'
import { bucketOf } from '../../../compiler/lowering/histogram-bucket.ts'
import type { Aggregation, TimeSeries } from '../../../spec/map-spec.ts'
import type { CallExpression, Expression, MapExpression } from '../ast.ts'
import type { Lowering } from './lowering.ts'
import { bucketOffset, type MapPlan } from './map-plan.ts'
import { findOrMake, indexSlot, keySlot, lookup, setPresent } from './maps.ts'
import { addToSeries, momentOf } from './time-series.ts'

/** Offset of `isSet` (min, max) and of `count` (avg, stats) in an aggregation's value. */
const SECOND = 8
/** Tries of a minimum or maximum against interrupts that change it meanwhile; each needs another interrupt to fail. */
const TRIES = 4

/** Lowers `@m[key] = aggregation(...)`. */
export function aggregate(lowering: Lowering, map: MapExpression, call: CallExpression): void {
  const plan = lowering.planOf(map.name)
  const { aggregation } = plan
  if (aggregation === undefined) throw new InternalError(`${map.name} is no aggregation`)
  const { builder } = lowering
  const [argument] = call.arguments
  const value = argument === undefined ? builder.i64(1) : lowering.integer(argument as Expression)
  if (aggregation.kind === 'tseries') {
    const moment = momentOf(lowering, aggregation)
    const entry = findEntry(lowering, { map, plan, bucket: () => moment.bucket })
    builder.when(builder.isNotNull(entry), () => addToSeries(lowering, aggregation, { entry, value, moment }))
    return
  }
  const entry = findEntry(lowering, { map, plan, bucket: () => bucketOf(builder, aggregation, value) })
  builder.when(builder.isNotNull(entry), () => {
    add(lowering, aggregation, { entry, value })
    setPresent(lowering, plan, entry)
  })
}

interface Target {
  readonly map: MapExpression
  readonly plan: MapPlan
  /** The bucket (i64) of a map that has some. */
  readonly bucket: () => Operand
}

function findEntry(lowering: Lowering, { map, plan, bucket }: Target): Operand {
  const { builder } = lowering
  switch (plan.spec.view.storage) {
    case 'cell':
      return lookup(lowering, map.name, keySlot(lowering, map))
    case 'cell-buckets':
      return lookup(lowering, map.name, indexSlot(lowering, bucket()))
    case 'entries':
      return findOrMake(lowering, plan.spec, keySlot(lowering, map))
    case 'entries-buckets': {
      const key = keySlot(lowering, map, 8)
      builder.store(key, bucket(), plan.key === undefined ? 0 : bucketOffset(plan.key))
      return findOrMake(lowering, plan.spec, key)
    }
  }
}

function add(
  lowering: Lowering,
  aggregation: Exclude<Aggregation, TimeSeries>,
  { entry, value }: { entry: Operand; value: Operand },
): void {
  const { builder } = lowering
  switch (aggregation.kind) {
    case 'count':
    case 'hist':
    case 'lhist':
      builder.atomic('add', entry, builder.i64(1))
      return
    case 'sum':
      builder.atomic('add', entry, value)
      return
    case 'avg':
    case 'stats':
      builder.atomic('add', entry, value)
      builder.atomic('add', entry, builder.i64(1), SECOND)
      return
    case 'min':
    case 'max':
      keepExtreme(lowering, betterPredicate(aggregation), { entry, value })
      return
  }
}

/** Tries a compare-exchange while the value is still better than what is there. */
function keepExtreme({ builder }: Lowering, isBetter: Predicate, { entry, value }: { entry: Operand; value: Operand }): void {
  builder.when(builder.compare('eq', builder.load('i64', entry, SECOND), builder.i64(0)), () => {
    // Nothing is set yet: 0 stands there, unless an interrupt has just set something better to compare with.
    builder.atomicFetch('compare_exchange', entry, value, { expected: builder.i64(0) })
    builder.store(entry, builder.i64(1), SECOND)
  })
  const done = builder.block('done')
  for (let i = 0; i < TRIES; i++) {
    const old = builder.load('i64', entry)
    const better = builder.block('better')
    builder.branch(builder.compare(isBetter, value, old), better, done)
    builder.moveTo(better)
    const seen = builder.atomicFetch('compare_exchange', entry, value, { expected: old })
    const again = builder.block('again')
    builder.branch(builder.compare('eq', seen, old), done, again)
    builder.moveTo(again)
  }
  builder.jump(done)
  builder.moveTo(done)
}

function betterPredicate({ kind, signed }: Extract<Aggregation, { signed: boolean }>): Predicate {
  if (kind === 'min') return signed ? 'slt' : 'ult'
  return signed ? 'sgt' : 'ugt'
}
