/**
 * Actions on memory: variables, blocks of bytes, narrow and moving accesses, atomics, entries of a map, records.
 */
import type { IntegerType, Operand, StackSlot } from '../../../src/compiler/ir/ir.ts'
import { type Maker, MEMORY_SIZE, VARIABLES } from './maker.ts'
import { INPUTS, type Step } from './step.ts'

/** Entries of 8 bytes in the map `table`. */
export const TABLE = 4
/** Bytes of a record in the ring buffer `ring`. */
export const RECORD_SIZE = 24

const WIDTHS = [
  ['i8', 1],
  ['i16', 2],
  ['i32', 4],
  ['i64', 8],
] as const
const widthOf = (choice: number) => WIDTHS[choice % WIDTHS.length] as (typeof WIDTHS)[number]
const variableOf = ({ variables }: Maker, choice: number): StackSlot => variables[choice % VARIABLES] as StackSlot

/** Sets a variable. */
export function set(maker: Maker, step: Step): void {
  maker.builder.store(variableOf(maker, step.choice), maker.as(maker.pick(step.a), 'i64'))
}
/** Reads a variable. */
export function get(maker: Maker, step: Step): void {
  maker.keep(maker.builder.load('i64', variableOf(maker, step.choice)))
}

/** Zeroes, copies, stores and loads, at constant places. */
export function block(maker: Maker, step: Step): void {
  const { builder, memory } = maker
  const [type, bytes] = widthOf(step.choice)
  const at = (step.b % (MEMORY_SIZE / bytes)) * bytes
  if (step.a % 4 === 0) builder.zero(memory, 1 + (step.b % (MEMORY_SIZE - at)), at)
  else if (step.a % 4 === 1) builder.copy(memory, memory, 16 + (step.b % 16), { target: 0, source: 32 })
  else if (step.a % 4 === 2) builder.store(memory, maker.as(maker.pick(step.a), type), at)
  else maker.keep(maker.as(builder.load(type, memory, at), 'i64', step.wide))
}

/** Narrow accesses to the memory of maps. */
export function narrow(maker: Maker, step: Step): void {
  const { builder } = maker
  const [type, bytes] = widthOf(step.choice)
  const at = (step.b % INPUTS) * 8 + (step.a % (8 / bytes)) * bytes
  if (step.wide) maker.keep(maker.as(builder.load(type, builder.mapValue('in'), at), 'i64', step.a % 2 === 0))
  else builder.store(builder.mapValue('out'), maker.as(maker.pick(step.a), type), at)
}

/** Accesses at places that are known at run time only. */
export function dynamic(maker: Maker, step: Step): void {
  const { builder, memory } = maker
  const [type, bytes] = widthOf(step.choice)
  const place = builder.binary('and', maker.as(maker.pick(step.a), 'i64'), builder.i64(MEMORY_SIZE - bytes))
  const pointer = builder.offsetPointer(step.b % 3 === 0 ? builder.mapValue('in') : memory, place)
  if (step.b % 3 === 1) builder.store(pointer, maker.as(maker.pick(step.b), type))
  else maker.keep(maker.as(builder.load(type, pointer), 'i64', step.wide))
}

/** Atomic operations, with and without the old value. */
export function atomic(maker: Maker, step: Step): void {
  const { builder, memory } = maker
  const type: IntegerType = step.wide ? 'i64' : 'i32'
  const [value, other] = [maker.as(maker.pick(step.a), type), maker.as(maker.pick(step.b), type)]
  const kind = step.choice % 6
  const operator = (['add', 'and', 'or', 'xor', 'exchange', 'compare_exchange'] as const)[kind] as 'add'
  const offset = 8 * (step.b % 8)
  if (step.a % 3 === 0 && kind < 4) builder.atomic(operator, memory, value, offset)
  else maker.keep(builder.atomicFetch(operator, memory, value, { offset, ...(kind === 5 ? { expected: other } : {}) }))
}

/** A helper call, which overwrites registers: reads and writes an entry of the map `table`, or finds none. */
export function lookup(maker: Maker, step: Step): void {
  lookUp(maker, maker.as(maker.pick(step.a), 'i32'), maker.as(maker.pick(step.b), 'i64'))
  maker.keep(maker.builder.load('i64', variableOf(maker, 0)))
}

/** Swaps variable 0 and the entry of an index; without an entry, sets the variable. */
export function lookUp(maker: Maker, index: Operand, value: Operand): void {
  const { builder } = maker
  const key = builder.stackSlot('key', 4)
  builder.store(key, builder.binary('and', index, builder.constant('i32', 2 * TABLE - 1)))
  const entry = builder.call('map_lookup_elem', [builder.map('table'), key], 'ptr.map_value')
  const variable = variableOf(maker, 0)
  builder.when(
    builder.isNotNull(entry),
    () => {
      builder.store(variable, builder.load('i64', entry))
      builder.store(entry, value)
      builder.store(entry, maker.as(value, 'i8'), 3)
    },
    () => builder.store(variable, value),
  )
}

/** A record of three words that is sent, or thrown away. */
export function record(maker: Maker, step: Step): void {
  const { builder } = maker
  const reserved = builder.call('ringbuf_reserve', [builder.map('ring'), builder.i64(RECORD_SIZE), builder.i64(0)], 'ptr.record')
  builder.when(builder.isNotNull(reserved), () => {
    builder.store(reserved, maker.as(maker.pick(step.a), 'i64'))
    builder.store(reserved, maker.as(maker.pick(step.b), 'i32'), 8)
    builder.zero(reserved, 4, 12)
    builder.copy(reserved, maker.memory, 8, { target: 16, source: 8 * (step.choice % 8) })
    builder.call(step.choice % 4 === 0 ? 'ringbuf_discard' : 'ringbuf_submit', [reserved, builder.i64(1)], 'void')
  })
}
