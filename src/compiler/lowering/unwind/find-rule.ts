/**
 * Finds the rule for an offset in a file: its page by a hash, its row by binary search.
 */
import { CHUNK_ROWS, MOST_RULES, PAGE_BITS, PAGE_KEY, PAGE_VALUE, UNWIND_MAPS } from '../../../spec/unwind-layout.ts'
import { FunctionBuilder } from '../../ir/builder.ts'
import type { IrFunction, Operand } from '../../ir/ir.ts'
import { NOT_INLINED, type WalkMemory, walkMemory } from './walk-memory.ts'

/** Halvings that leave one row of a page. */
const ROUNDS = Math.log2(CHUNK_ROWS)
const LOW_BITS = (1 << PAGE_BITS) - 1

/** Sets the variable `rule` to that for `address` by `table`, where there is one; it keeps what it holds where there is none. */
export function findRule(builder: FunctionBuilder, memory: WalkMemory): void {
  builder.when(builder.compare('ne', memory.variable('table').get(), builder.i64(0)), () => {
    builder.callFunction(builder.sharedFunction(ruleFunction), [memory.pointer])
  })
}

function ruleFunction(): IrFunction {
  const builder = new FunctionBuilder('find_rule', ['ptr.stack'], NOT_INLINED)
  const memory = walkMemory(builder, builder.parameter(0))
  const { key } = memory
  const low = (value: Operand) => builder.convert(value, 'i32', { signed: false })
  const offset = builder.binary('add', memory.variable('address').get(), memory.variable('shift').get())
  builder.store(key, low(memory.variable('table').get()), PAGE_KEY.table)
  builder.store(key, low(builder.binary('lshr', offset, builder.i64(PAGE_BITS))), PAGE_KEY.page)
  const page = builder.call('map_lookup_elem', [builder.map(UNWIND_MAPS.pages), key], 'ptr.map_value')
  builder.when(builder.isNotNull(page), () => {
    builder.store(key, builder.load('i32', page, PAGE_VALUE.chunk))
    const half = (at: number) => builder.convert(builder.load('i16', page, at), 'i64', { signed: false })
    const [first, count] = [half(PAGE_VALUE.first), half(PAGE_VALUE.count)]
    const rows = builder.call('map_lookup_elem', [builder.map(UNWIND_MAPS.rows), key], 'ptr.map_value')
    builder.when(builder.isNotNull(rows), () => searchRows(builder, memory, { rows, first, count, offset }))
  })
  builder.return(builder.i64(0))
  return builder.function
}

interface Search {
  readonly rows: Operand
  readonly first: Operand
  readonly count: Operand
  readonly offset: Operand
}

/**
 * Sets `rule` to that of the last row that is not behind `offset`. The number of rounds is fixed, and what each leaves has the same range
 * however it went: otherwise the verifier would follow every way through them.
 */
function searchRows(builder: FunctionBuilder, memory: WalkMemory, { rows, first, count, offset }: Search): void {
  const mask = builder.i64(CHUNK_ROWS - 1)
  const row = memory.variable('row')
  row.set(first)
  const low = builder.binary('and', offset, builder.i64(LOW_BITS))
  const wanted = builder.binary('or', builder.binary('shl', low, builder.i64(PAGE_BITS)), builder.i64(LOW_BITS))
  const rowAt = (index: Operand) => {
    const place = builder.binary('shl', builder.binary('and', index, mask), builder.i64(2))
    return builder.convert(builder.load('i32', builder.offsetPointer(rows, place)), 'i64', { signed: false })
  }
  let left = count
  for (let round = 0; round < ROUNDS; round++) {
    const half = builder.binary('lshr', left, builder.i64(1))
    const middle = builder.binary('add', row.get(), half)
    builder.when(builder.compare('ule', rowAt(middle), wanted), () => row.set(middle))
    left = builder.binary('sub', left, half)
  }
  const number = builder.binary('and', rowAt(row.get()), builder.i64(MOST_RULES - 1))
  const place = builder.binary('shl', number, builder.i64(3))
  memory.variable('rule').set(builder.load('i64', builder.offsetPointer(builder.mapValue(UNWIND_MAPS.rules), place)))
}
