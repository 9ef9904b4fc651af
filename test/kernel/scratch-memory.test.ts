/**
 * Values too large for the stack, in the kernel: they lie in scratch memory, whose levels are taken and given back.
 */
import { describe, expect, it } from 'vitest'
import { FunctionBuilder } from '../../src/compiler/ir/builder.ts'
import type { Operand } from '../../src/compiler/ir/ir.ts'
import { LOSS_MAP } from '../../src/spec/map-spec.ts'
import { cell, FIRST, withCompiled, wordsOf } from '../support/run-compiled.ts'

const bytesOf = (values: readonly bigint[]): Uint8Array => new Uint8Array(BigUint64Array.from(values).buffer)

describe('large values', () => {
  const SIZE = 1024

  /** Fills `count` slots of 1 KB, copies through all of them to the map `out`. */
  function chain(count: number): FunctionBuilder {
    const builder = new FunctionBuilder('chain')
    const slots = Array.from({ length: count }, (_, index) => builder.stackSlot(`slot${index}`, SIZE))
    const [first, last] = [slots[0] as Operand, slots.at(-1) as Operand]
    builder.zero(first, SIZE)
    for (let at = 0; at < SIZE; at += 64) builder.store(first, builder.i64(at * 3 + 1), at)
    for (const [index, slot] of slots.slice(1).entries()) builder.copy(slot, slots[index] as Operand, SIZE)
    builder.copy(builder.mapValue('out'), last, SIZE)
    builder.return(builder.i64(0))
    return builder
  }
  const pattern = Array.from({ length: SIZE / 8 }, (_, index) => (index % 8 === 0 ? BigInt(index * 24 + 1) : 0n))

  it.each([1, 3, 20])('%i slots of 1 KB go to scratch memory', (count) => {
    withCompiled(chain(count).function, { maps: [cell('out', SIZE)] }, (object, run) => {
      // More runs than levels: each must give its level back.
      for (let i = 0; i < 10; i++) {
        object.map('out').update(FIRST, [new Uint8Array(SIZE)])
        run()
        expect(wordsOf(object, 'out')).toEqual(pattern)
      }
      expect(wordsOf(object, LOSS_MAP)).toEqual([0n])
    })
  })

  it('counts a loss, and touches nothing, when all levels are taken', () => {
    withCompiled(chain(2).function, { maps: [cell('out', SIZE)] }, (object, run) => {
      const scratch = object.map('scratch_chain')
      const taken = scratch.lookup(FIRST)?.map((value) => Uint8Array.from(value).fill(0b1111, 0, 1)) ?? []
      scratch.update(FIRST, taken)
      expect(run()).toBe(0)
      expect(wordsOf(object, 'out')).toEqual(pattern.map(() => 0n))
      expect(wordsOf(object, LOSS_MAP)).toEqual([1n])
    })
  })

  it('uses whichever level is free', () => {
    withCompiled(chain(2).function, { maps: [cell('out', SIZE)] }, (object, run) => {
      for (const free of [0, 1, 2, 3]) {
        const scratch = object.map('scratch_chain')
        scratch.update(FIRST, scratch.lookup(FIRST)?.map((value) => Uint8Array.from(value).fill(0b1111 & ~(1 << free), 0, 1)) ?? [])
        object.map('out').update(FIRST, [new Uint8Array(SIZE)])
        run()
        expect(wordsOf(object, 'out')).toEqual(pattern)
      }
      expect(wordsOf(object, LOSS_MAP)).toEqual([0n])
    })
  })

  it('takes scratch only behind a filter, and survives early returns on the way', () => {
    const builder = new FunctionBuilder('filtered')
    const big = builder.stackSlot('big', 2000)
    const input = builder.load('i64', builder.mapValue('in'))
    const [keep, drop] = [builder.block('keep'), builder.block('drop')]
    builder.branch(builder.compare('ugt', input, builder.i64(10)), keep, drop)
    builder.moveTo(drop)
    builder.return(builder.i64(1))
    builder.moveTo(keep)
    builder.zero(big, 2000)
    const index = builder.binary('and', input, builder.i64(0xff))
    const place = builder.offsetPointer(big, index)
    builder.store(place, builder.constant('i8', 77))
    builder.when(builder.compare('eq', input, builder.i64(12)), () => builder.return(builder.i64(2)))
    builder.store(builder.mapValue('out'), builder.convert(builder.load('i8', big, 20), 'i64', { signed: false }))
    builder.return(builder.i64(3))
    withCompiled(builder.function, { maps: [cell('in', 8), cell('out', 8)] }, (object, run) => {
      const runWith = (value: bigint) => {
        object.map('in').update(FIRST, [bytesOf([value])])
        return run()
      }
      for (let round = 0; round < 6; round++) {
        expect(runWith(5n)).toBe(1)
        expect(runWith(12n)).toBe(2)
        expect(runWith(20n)).toBe(3)
        expect(wordsOf(object, 'out')).toEqual([77n])
        expect(runWith(21n)).toBe(3)
        expect(wordsOf(object, 'out')).toEqual([0n])
      }
      expect(
        object
          .map('scratch_filtered')
          .lookup(FIRST)
          ?.map((value) => value[0]),
      ).toEqual(
        object
          .map('scratch_filtered')
          .lookup(FIRST)
          ?.map(() => 0),
      )
    })
  })
})
