/**
 * Plain values in maps: reading, assigning, counting up. A map without key is the value of a one-entry array,
 * reached without a lookup; its present byte says whether it is set.
 */
import type { Operand } from '../../../compiler/ir/ir.ts'
import { countDroppedUpdate } from '../../../compiler/lowering/emit-record.ts'
import { INT64, sizeOf, type Type } from '../../../spec/types/type.ts'
import type { MapExpression } from '../ast.ts'
import { isScalar, loadInteger } from './integers.ts'
import type { Lowering } from './lowering.ts'
import { bucketOffset, type MapPlan } from './map-plan.ts'
import { readPlace, storeValue } from './store.ts'
import { integerValue, type Place, type Value } from './value.ts'

const BPF_ANY = 0
const BPF_NOEXIST = 1

/** The user's key, written to the stack; for maps without key, index 0. `extra` bytes are left behind it. */
export function keySlot(lowering: Lowering, map: MapExpression, extra = 0): Operand {
  const plan = lowering.planOf(map.name)
  const { builder } = lowering
  if (plan.key === undefined || map.key === undefined) return indexSlot(lowering, builder.i64(0))
  const padded = bucketOffset(plan.key)
  const value = lowering.lower(map.key)
  const slot = builder.stackSlot('key', padded + extra)
  storeValue(lowering, { value, from: lowering.typeOf(map.key), place: { pointer: slot, offset: 0 }, to: plan.key })
  if (extra > 0) builder.zero(slot, padded - sizeOf(plan.key), sizeOf(plan.key))
  return slot
}

/** A u32 array index on the stack. */
export function indexSlot({ builder }: Lowering, index: Operand): Operand {
  const slot = builder.stackSlot('index', 8)
  builder.store(slot, builder.convert(index, 'i32', { signed: false }))
  return slot
}

/** Looks an entry up: a pointer that may be null. */
export function lookup({ builder }: Lowering, mapName: string, key: Operand): Operand {
  return builder.call('map_lookup_elem', [builder.map(mapName), key], 'ptr.map_value')
}

/** Reads a plain value; a missing entry is 0 or empty. */
export function readMap(lowering: Lowering, map: MapExpression): Value {
  const plan = lowering.planOf(map.name)
  const type = plan.value ?? INT64
  if (plan.key === undefined) return readPlace(lowering, type, { pointer: lowering.builder.mapValue(map.name), offset: 0 })
  const found = lookup(lowering, map.name, keySlot(lowering, map))
  return isScalar(type) ? readEntry(lowering, found, type) : copyEntry(lowering, found, type)
}

function readEntry(lowering: Lowering, found: Operand, type: Type): Value {
  const { builder } = lowering
  const slot = builder.stackSlot('entry', 8)
  builder.store(slot, builder.i64(0))
  builder.when(builder.isNotNull(found), () => builder.store(slot, loadInteger(lowering, type, { pointer: found, offset: 0 })))
  return integerValue(builder.load('i64', slot))
}

function copyEntry({ builder }: Lowering, found: Operand, type: Type): Value {
  const write = (place: Place) => {
    builder.when(
      builder.isNotNull(found),
      () => builder.copy(place.pointer, found, sizeOf(type), { target: place.offset }),
      () => builder.zero(place.pointer, sizeOf(type), place.offset),
    )
  }
  return { kind: 'deferred', write }
}

/** Assigns a value of type `from`. */
export function assignMap(lowering: Lowering, map: MapExpression, assigned: { readonly value: Value; readonly from: Type }): void {
  const plan = lowering.planOf(map.name)
  const to = plan.value ?? INT64
  const { builder } = lowering
  if (plan.key === undefined) {
    assignCell(lowering, plan, assigned)
    return
  }
  const key = keySlot(lowering, map)
  const slot = builder.stackSlot('value', Math.ceil(sizeOf(to) / 8) * 8)
  storeValue(lowering, { ...assigned, place: { pointer: slot, offset: 0 }, to })
  const failed = builder.call('map_update_elem', [builder.map(map.name), key, slot, builder.i64(BPF_ANY)])
  builder.when(builder.compare('ne', failed, builder.i64(0)), () => countDroppedUpdate(builder))
}

function assignCell(lowering: Lowering, plan: MapPlan, { value, from }: { readonly value: Value; readonly from: Type }): void {
  const { builder } = lowering
  const to = plan.value ?? INT64
  const cell = builder.mapValue(plan.spec.name)
  if (to.kind === 'tuple') {
    // Its items may be parts of what is being overwritten.
    const slot = builder.stackSlot('value', Math.ceil(sizeOf(to) / 8) * 8)
    storeValue(lowering, { value, from, place: { pointer: slot, offset: 0 }, to })
    builder.copy(cell, slot, sizeOf(to))
  } else {
    storeValue(lowering, { value, from, place: { pointer: cell, offset: 0 }, to })
  }
  setPresent(lowering, plan, cell)
}

/** Notes in a cell that it is set. */
export function setPresent({ builder }: Lowering, { spec }: MapPlan, cell: Operand): void {
  if (spec.view.presentOffset !== undefined) builder.store(cell, builder.constant('i8', 1), spec.view.presentOffset)
}

/** Adds `amount` to an integer of 64 bits, so that no concurrent change is lost. With `old`, answers the value before. */
export function addToMap(
  lowering: Lowering,
  map: MapExpression,
  change: { readonly amount: Operand; readonly old: 'used' | 'unused' },
): Operand {
  const plan = lowering.planOf(map.name)
  const { builder } = lowering
  if (plan.key !== undefined) return addToEntry(lowering, map, change)
  const cell = builder.mapValue(map.name)
  const old = atomicAdd(lowering, cell, change)
  setPresent(lowering, plan, cell)
  return old
}

function atomicAdd(
  { builder }: Lowering,
  pointer: Operand,
  { amount, old }: { readonly amount: Operand; readonly old: 'used' | 'unused' },
): Operand {
  if (old === 'used') return builder.atomicFetch('add', pointer, amount)
  builder.atomic('add', pointer, amount)
  return builder.i64(0)
}

/** An entry that is not there is made with the amount; when somebody else was faster, theirs is added to. */
function addToEntry(
  lowering: Lowering,
  map: MapExpression,
  change: { readonly amount: Operand; readonly old: 'used' | 'unused' },
): Operand {
  const { builder } = lowering
  const key = keySlot(lowering, map)
  const result = builder.stackSlot('old', 8)
  builder.store(result, builder.i64(0))
  const add = (pointer: Operand) => {
    const old = atomicAdd(lowering, pointer, change)
    if (change.old === 'used') builder.store(result, old)
  }
  const found = lookup(lowering, map.name, key)
  builder.when(
    builder.isNotNull(found),
    () => add(found),
    () => {
      const value = builder.stackSlot('first', 8)
      builder.store(value, change.amount)
      const failed = builder.call('map_update_elem', [builder.map(map.name), key, value, builder.i64(BPF_NOEXIST)])
      builder.when(builder.compare('ne', failed, builder.i64(0)), () => {
        const other = lookup(lowering, map.name, key)
        builder.when(
          builder.isNotNull(other),
          () => add(other),
          () => countDroppedUpdate(builder),
        )
      })
    },
  )
  return builder.load('i64', result)
}

/** A pointer, null when there is no room, to the entry of a key, which is made of zeros when it is not there. */
export function findOrMake(lowering: Lowering, map: { readonly name: string; readonly valueSize: number }, key: Operand): Operand {
  const { builder } = lowering
  const found = lookup(lowering, map.name, key)
  const hit = builder.current
  const miss = builder.block('miss')
  const join = builder.block('entry')
  builder.branch(builder.isNotNull(found), join, miss)
  builder.moveTo(miss)
  const zeros = builder.stackSlot('zeros', map.valueSize)
  builder.zero(zeros, map.valueSize)
  builder.call('map_update_elem', [builder.map(map.name), key, zeros, builder.i64(BPF_NOEXIST)])
  const made = lookup(lowering, map.name, key)
  const full = builder.block('full')
  builder.branch(builder.isNotNull(made), join, full)
  builder.moveTo(full)
  countDroppedUpdate(builder)
  builder.jump(join)
  builder.moveTo(join)
  return builder.phi('ptr.map_value', [
    { block: hit, value: found },
    { block: miss, value: made },
    { block: full, value: made },
  ])
}
