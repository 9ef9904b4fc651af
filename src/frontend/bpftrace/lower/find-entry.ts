/**
 * Looks for an entry of a map by its key, and answers whether there is one and what is in it.
 */
import type { Operand } from '../../../compiler/ir/ir.ts'
import { INT64 } from '../../../spec/types/type.ts'
import type { MapExpression } from '../ast.ts'
import { eachNumber } from './delete.ts'
import type { Lowering } from './lowering.ts'
import { bucketCount, bucketOffset, type MapPlan } from './map-plan.ts'
import { keySlot, lookup } from './maps.ts'
import { reduceEntry, zeroSlot } from './reduce.ts'
import { readPlace } from './store.ts'
import { integerValue, NO_VALUE, type Value } from './value.ts'

/** An entry that may be there. */
export interface FoundEntry {
  /** An i1. */
  readonly exists: Operand
  /** Its value, to be asked for where it exists; none of a histogram. */
  readonly read: () => Value
}

/** Looks an entry of a map with keys up. */
export function findEntry(lowering: Lowering, map: MapExpression): FoundEntry {
  const plan = lowering.planOf(map.name)
  const { builder } = lowering
  if (plan.spec.view.storage === 'entries-buckets') return { exists: findBucket(lowering, map, plan), read: () => NO_VALUE }
  const key = keySlot(lowering, map)
  const pointer = lookup(lowering, map.name, key)
  return {
    exists: builder.isNotNull(pointer),
    read: () =>
      plan.aggregation === undefined
        ? readPlace(lowering, plan.value ?? INT64, { pointer, offset: 0 })
        : integerValue(reduceEntry(lowering, { name: map.name, key })),
  }
}

/** Whether any bucket of a histogram is there. */
function findBucket(lowering: Lowering, map: MapExpression, { key, aggregation }: MapPlan): Operand {
  const { builder } = lowering
  const slot = keySlot(lowering, map, 8)
  const found = zeroSlot(lowering, 'found')
  eachNumber(lowering, aggregation === undefined ? 0 : bucketCount(aggregation), (bucket) => {
    builder.store(slot, bucket, key === undefined ? 0 : bucketOffset(key))
    builder.when(builder.isNotNull(lookup(lowering, map.name, slot)), () => builder.store(found, builder.i64(1)))
  })
  return builder.compare('ne', builder.load('i64', found), builder.i64(0))
}
