/**
 * Compiled programs in the kernel: what they compute is compared with JavaScript. Random ones are in `random-programs.test.ts`.
 */
import { describe, expect, it } from 'vitest'
import { FunctionBuilder } from '../../src/compiler/ir/builder.ts'
import type { BinaryOperator, IntegerType, Operand, Predicate } from '../../src/compiler/ir/ir.ts'
import { emitRecord } from '../../src/compiler/lowering/emit-record.ts'
import { interpret } from '../support/ir-interpreter.ts'
import { cell, FIRST, type RunOptions, withCompiled, wordsOf } from '../support/run-compiled.ts'

const bytesOf = (values: readonly bigint[]): Uint8Array =>
  new Uint8Array(BigUint64Array.from(values.map((value) => BigInt.asUintN(64, value))).buffer)

/** Runs a body that answers values, and answers the values that the kernel computed. */
function compute(
  inputs: readonly bigint[],
  body: (builder: FunctionBuilder, inputs: readonly Operand[]) => readonly Operand[],
  options: RunOptions = {},
): bigint[] {
  const builder = new FunctionBuilder('compute')
  const results = body(
    builder,
    inputs.map((_, index) => builder.load('i64', builder.mapValue('in'), index * 8)),
  )
  for (const [index, result] of results.entries())
    builder.store(builder.mapValue('out'), builder.convert(result, 'i64', { signed: false }), index * 8)
  builder.return(builder.i64(0))
  const maps = [cell('in', Math.max(1, inputs.length) * 8), cell('out', results.length * 8), ...(options.maps ?? [])]
  return withCompiled(builder.function, { ...options, maps }, (object, run) => {
    object.map('in').update(FIRST, [bytesOf(inputs.length > 0 ? inputs : [0n])])
    run()
    return wordsOf(object, 'out')
  })
}

const EDGES = [0n, 1n, 2n, -1n, -2n, 7n, -7n, 0x7fff_ffffn, -0x8000_0000n, 0xffff_ffffn, (1n << 63n) - 1n, -(1n << 63n)]
const OPERATORS: readonly BinaryOperator[] = [
  'add',
  'sub',
  'mul',
  'udiv',
  'sdiv',
  'umod',
  'smod',
  'and',
  'or',
  'xor',
  'shl',
  'lshr',
  'ashr',
]
const PREDICATES: readonly Predicate[] = ['eq', 'ne', 'ult', 'ule', 'ugt', 'uge', 'slt', 'sle', 'sgt', 'sge']
const PAIRS = EDGES.flatMap((left) => EDGES.map((right) => [left, right] as const))

/** What the interpreter says of the same body. */
function expected(inputs: readonly bigint[], body: Parameters<typeof compute>[1]): bigint[] {
  const builder = new FunctionBuilder('expected')
  const results = body(
    builder,
    inputs.map((_, index) => builder.load('i64', builder.mapValue('in'), index * 8)),
  )
  const out = new Uint8Array(results.length * 8)
  for (const [index, result] of results.entries())
    builder.store(builder.mapValue('out'), builder.convert(result, 'i64', { signed: false }), index * 8)
  builder.return(builder.i64(0))
  interpret(builder.function, {
    context: new Uint8Array(0),
    maps: new Map([
      ['in', bytesOf(inputs)],
      ['out', out],
    ]),
  })
  return [...new BigUint64Array(out.buffer)]
}

describe('arithmetic at the edges', () => {
  for (const type of ['i64', 'i32'] as const) {
    const narrow = (builder: FunctionBuilder, value: Operand) => builder.convert(value, type, { signed: false })
    it.each(OPERATORS)(`${type} %s of registers`, (operator) => {
      for (const pairs of chunks(PAIRS, 12)) {
        const inputs = pairs.flat()
        const body = (builder: FunctionBuilder, values: readonly Operand[]) =>
          pairs.map((_, index) =>
            builder.binary(operator, narrow(builder, values[index * 2] as Operand), narrow(builder, values[index * 2 + 1] as Operand)),
          )
        expect(compute(inputs, body)).toEqual(expected(inputs, body))
      }
    })
    it.each(OPERATORS)(`${type} %s with a constant`, (operator) => {
      for (const right of EDGES) {
        const body = (builder: FunctionBuilder, values: readonly Operand[]) =>
          values.map((value) => builder.binary(operator, narrow(builder, value), builder.constant(type, right)))
        expect(compute(EDGES, body)).toEqual(expected(EDGES, body))
      }
    })
    it.each(PREDICATES)(`${type} %s`, (predicate) => {
      for (const right of EDGES) {
        const body = (builder: FunctionBuilder, values: readonly Operand[]) =>
          values.flatMap((value) => [
            builder.compare(predicate, narrow(builder, value), builder.constant(type, right)),
            builder.compare(predicate, narrow(builder, value), narrow(builder, values[3] as Operand)),
          ])
        expect(compute(EDGES, body)).toEqual(expected(EDGES, body))
      }
    })
  }

  const NARROW: readonly IntegerType[] = ['i1', 'i8', 'i16', 'i32']
  it.each(NARROW)('widening of %s', (type) => {
    const body = (builder: FunctionBuilder, values: readonly Operand[]) =>
      values.flatMap((value) => {
        const small = builder.convert(value, type, { signed: false })
        return [builder.convert(small, 'i64', { signed: true }), builder.convert(small, 'i64', { signed: false })]
      })
    expect(compute(EDGES, body)).toEqual(expected(EDGES, body))
  })
})

function chunks<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) => all.slice(index * size, (index + 1) * size))
}

describe('maps, records, constants', () => {
  it('looks up, updates and reads back a hash', () => {
    const hash = { name: 'h', kind: 'hash', keySize: 8, valueSize: 8, maxEntries: 16 } as const
    const result = compute(
      [42n],
      (builder, [key]) => {
        const keySlot = builder.stackSlot('key', 8)
        const value = builder.stackSlot('value', 8)
        const found = builder.stackSlot('found', 8)
        builder.store(keySlot, key as Operand)
        builder.store(value, builder.i64(1234))
        builder.call('map_update_elem', [builder.map('h'), keySlot, value, builder.i64(0)])
        builder.store(found, builder.i64(-1))
        const entry = builder.call('map_lookup_elem', [builder.map('h'), keySlot], 'ptr.map_value')
        builder.when(builder.isNotNull(entry), () => {
          builder.atomic('add', entry, builder.i64(1))
          builder.store(found, builder.load('i64', entry))
        })
        return [builder.load('i64', found)]
      },
      { maps: [hash] },
    )
    expect(result).toEqual([1235n])
  })

  it('hands in late constants and the offset of a map value', () => {
    const constants = new Map([['epoch', 0x1234_5678_9abc_def0n]])
    const body = (builder: FunctionBuilder) => {
      builder.store(builder.mapValue('wide', 16), builder.lateConstant('epoch'))
      return [
        builder.load('i64', builder.at(builder.mapValue('wide'), 16)),
        builder.binary('add', builder.lateConstant('epoch'), builder.i64(1)),
      ]
    }
    expect(compute([], body, { constants, maps: [cell('wide', 24)] })).toEqual([0x1234_5678_9abc_def0n, 0x1234_5678_9abc_def1n])
  })

  it('returns its result', () => {
    const builder = new FunctionBuilder('answer')
    builder.return(builder.i64(7))
    expect(withCompiled(builder.function, {}, (_object, run) => run())).toBe(7)
  })

  it('sends a record', () => {
    const builder = new FunctionBuilder('emit')
    const layout = { size: 24, fields: [] }
    emitRecord(builder, { map: 'events', layout, id: 9 } as unknown as Parameters<typeof emitRecord>[1], (record) => {
      builder.store(record, builder.constant('i32', 0), 4)
      builder.store(record, builder.i64(0x0102_0304_0506_0708n), 8)
      builder.zero(record, 8, 16)
    })
    builder.return(builder.i64(0))
    const ring = { name: 'events', kind: 'ringbuf', keySize: 0, valueSize: 0, maxEntries: 4096 } as const
    const records: bigint[][] = []
    withCompiled(builder.function, { maps: [ring] }, (object, run) => {
      for (let i = 0; i < 3; i++) run()
      object.drain('events', (record) => void records.push([...new BigUint64Array(Uint8Array.from(record).buffer)]))
    })
    expect(records).toEqual(Array.from({ length: 3 }, () => [9n, 0x0102_0304_0506_0708n, 0n]))
  })
})
