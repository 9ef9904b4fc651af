/**
 * Deleting from maps: an entry by its key, all buckets of a histogram's key, or what a map without key holds, on every CPU
 * where each has its own.
 */
import type { Operand, StackSlot } from '../../../compiler/ir/ir.ts'
import { emitNumberLoop } from '../../../compiler/lowering/number-loop.ts'
import type { MapExpression } from '../ast.ts'
import type { Lowering } from './lowering.ts'
import { bucketCount, bucketOffset, type MapPlan } from './map-plan.ts'
import { keySlot } from './maps.ts'
import { forEachCpu, zeroSlot } from './reduce.ts'

/** Deletes an entry, or clears a map without key; 1 when there was something. @kernel 5.19 for aggregations without key */
export function deleteEntry(lowering: Lowering, map: MapExpression): Operand {
  const plan = lowering.planOf(map.name)
  const { storage, perCpu } = plan.spec.view
  if (storage === 'entries-buckets') return deleteBuckets(lowering, map, plan)
  if (storage === 'entries') return deleteKey(lowering, map.name, keySlot(lowering, map))
  return perCpu ? clearCells(lowering, map, plan) : clearCell(lowering, plan, lowering.builder.mapValue(map.name))
}

function deleteKey({ builder }: Lowering, mapName: string, key: Operand): Operand {
  const failed = builder.call('map_delete_elem', [builder.map(mapName), key])
  return builder.convert(builder.compare('eq', failed, builder.i64(0)), 'i64', { signed: false })
}

/**
 * Each bucket of a histogram is an entry of its own. What the helper answers is gathered without a branch (0 or -ENOENT: all that
 * failed have the sign in common), because a branch of each bucket would be one more that the verifier has to remember. The sign of
 * an int: before Linux 6.4 the upper half of the answer is not defined where the call goes straight to the map's function.
 */
function deleteBuckets(lowering: Lowering, map: MapExpression, { key, aggregation }: MapPlan): Operand {
  const { builder } = lowering
  const slot = keySlot(lowering, map, 8)
  const failed = builder.stackSlot('failed', 8)
  builder.store(failed, builder.i64(-1))
  eachNumber(lowering, aggregation === undefined ? 0 : bucketCount(aggregation), (bucket) => {
    builder.store(slot, bucket, key === undefined ? 0 : bucketOffset(key))
    const answer = builder.call('map_delete_elem', [builder.map(map.name), slot])
    builder.store(failed, builder.binary('and', builder.load('i64', failed), answer))
  })
  const sign = builder.binary('and', builder.binary('lshr', builder.load('i64', failed), builder.i64(SIGN_BIT)), builder.i64(1))
  return builder.binary('xor', sign, builder.i64(1))
}
const SIGN_BIT = 31

/** Buckets that the verifier may walk one by one, on every path that comes here. */
const MOST_WALKED = 256

/** Runs `body` with 0, 1, ... below `end`, by an iterator of the kernel when they are many. @kernel 6.4 when they are many */
export function eachNumber(lowering: Lowering, end: number, body: (index: Operand) => void): void {
  const { builder } = lowering
  if (end > MOST_WALKED) {
    emitNumberLoop(builder, { from: builder.constant('i32', 0), to: builder.constant('i32', end) }, ({ index }) =>
      body(builder.convert(index, 'i64', { signed: false })),
    )
    return
  }
  const counter = zeroSlot(lowering, 'bucket')
  const [round, done] = [builder.block('bucket'), builder.block('done')]
  builder.jump(round)
  builder.moveTo(round)
  body(builder.load('i64', counter))
  const next = builder.binary('add', builder.load('i64', counter), builder.i64(1))
  builder.store(counter, next)
  builder.branch(builder.compare('ult', next, builder.i64(end)), round, done)
  builder.moveTo(done)
}

function clearCells(lowering: Lowering, map: MapExpression, plan: MapPlan): Operand {
  const found = zeroSlot(lowering, 'found')
  forEachCpu(lowering, { name: map.name, key: keySlot(lowering, map) }, (cell) => note(lowering, found, clearCell(lowering, plan, cell)))
  return lowering.builder.load('i64', found)
}

function clearCell({ builder }: Lowering, { spec }: MapPlan, cell: Operand): Operand {
  const wasSet = builder.convert(builder.load('i8', cell, spec.view.presentOffset ?? 0), 'i64', { signed: false })
  builder.zero(cell, spec.valueSize)
  return wasSet
}

function note({ builder }: Lowering, found: StackSlot, one: Operand): void {
  builder.store(found, builder.binary('or', builder.load('i64', found), one))
}
