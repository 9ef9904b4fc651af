/**
 * Reads an aggregation inside a program: its value on every CPU, reduced to one number. @kernel 5.19
 */
import { InternalError } from '../../../base/errors.ts'
import type { Operand, StackSlot } from '../../../compiler/ir/ir.ts'
import type { Aggregation } from '../../../spec/map-spec.ts'
import type { MapExpression } from '../ast.ts'
import type { Lowering } from './lowering.ts'
import { keySlot } from './maps.ts'

const SECOND = 8

/** An entry of a map: the map's name, and the key in memory. */
interface Entry {
  readonly name: string
  readonly key: Operand
}

/** The value (i64) of an aggregation over all CPUs; 0 when it is not set. */
export function reduceAggregation(lowering: Lowering, map: MapExpression): Operand {
  return reduceEntry(lowering, { name: map.name, key: keySlot(lowering, map) })
}

/** The same, of an entry by a key in memory. */
export function reduceEntry(lowering: Lowering, of: Entry): Operand {
  const { aggregation } = lowering.planOf(of.name)
  const { builder } = lowering
  if (aggregation === undefined) throw new InternalError(`${of.name} is no aggregation`)
  const sums = { first: zeroSlot(lowering, 'first'), second: zeroSlot(lowering, 'second') }
  forEachCpu(lowering, of, (entry) => accumulate(lowering, aggregation, { entry, ...sums }))
  const first = builder.load('i64', sums.first)
  return aggregation.kind === 'avg'
    ? average(lowering, aggregation.signed, { total: first, count: builder.load('i64', sums.second) })
    : first
}

/** A variable of 8 bytes that begins with 0. */
export function zeroSlot({ builder }: Lowering, name: string): StackSlot {
  const slot = builder.stackSlot(name, 8)
  builder.store(slot, builder.i64(0))
  return slot
}

/** Runs `body` with a pointer to the entry on each CPU that has one. The verifier walks every round of the loop. */
export function forEachCpu(lowering: Lowering, { name, key }: Entry, body: (entry: Operand) => void): void {
  const { builder } = lowering
  const cpu = zeroSlot(lowering, 'cpu')
  const [head, next, found, done] = ['head', 'next', 'found', 'done'].map((name) => builder.block(name)) as [Block, Block, Block, Block]
  builder.jump(head)
  builder.moveTo(head)
  builder.branch(builder.compare('ult', builder.load('i64', cpu), builder.i64(lowering.possibleCpus)), next, done)
  builder.moveTo(next)
  const index = builder.load('i64', cpu)
  const entry = builder.call('map_lookup_percpu_elem', [builder.map(name), key, index], 'ptr.map_value')
  builder.branch(builder.isNotNull(entry), found, done)
  builder.moveTo(found)
  body(entry)
  builder.store(cpu, builder.binary('add', index, builder.i64(1)))
  builder.jump(head)
  builder.moveTo(done)
}

type Block = ReturnType<Lowering['builder']['block']>

function accumulate(lowering: Lowering, aggregation: Aggregation, of: { entry: Operand; first: StackSlot; second: StackSlot }): void {
  const { builder } = lowering
  const { entry, first, second } = of
  if (aggregation.kind === 'min' || aggregation.kind === 'max') {
    accumulateExtreme(lowering, aggregation, of)
    return
  }
  addTo(lowering, first, builder.load('i64', entry))
  if (aggregation.kind === 'avg') addTo(lowering, second, builder.load('i64', entry, SECOND))
}

function addTo({ builder }: Lowering, slot: StackSlot, amount: Operand): void {
  builder.store(slot, builder.binary('add', builder.load('i64', slot), amount))
}

/** Takes an entry's value when the entry is set and it is the first or a better one. */
function accumulateExtreme(
  { builder }: Lowering,
  { kind, signed }: Extract<Aggregation, { signed: boolean }>,
  { entry, first, second }: { entry: Operand; first: StackSlot; second: StackSlot },
): void {
  const predicate = kind === 'min' ? (signed ? 'slt' : 'ult') : signed ? 'sgt' : 'ugt'
  builder.when(builder.compare('ne', builder.load('i64', entry, SECOND), builder.i64(0)), () => {
    const value = builder.load('i64', entry)
    const take = () => builder.store(first, value)
    builder.when(builder.compare('eq', builder.load('i64', second), builder.i64(0)), take, () => {
      builder.when(builder.compare(predicate, value, builder.load('i64', first)), take)
    })
    builder.store(second, builder.i64(1))
  })
}

/** Total by count, cut towards zero; BPF divides signed numbers only from @kernel 6.6 on, so the sign is taken off first. */
function average({ builder }: Lowering, signed: boolean, { total, count }: { total: Operand; count: Operand }): Operand {
  if (!signed) return builder.binary('udiv', total, count)
  const result = builder.stackSlot('average', 8)
  builder.when(
    builder.compare('slt', total, builder.i64(0)),
    () => {
      const positive = builder.binary('udiv', builder.binary('sub', builder.i64(0), total), count)
      builder.store(result, builder.binary('sub', builder.i64(0), positive))
    },
    () => builder.store(result, builder.binary('udiv', total, count)),
  )
  return builder.load('i64', result)
}
