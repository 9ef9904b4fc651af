/**
 * Whole functions to listings. These programs run at every hit of a probe, so what is checked is that nothing needless is in
 * them.
 */
import { describe, expect, it } from 'vitest'
import { disassemble } from '../format/asm/disassemble.ts'
import { compileProgram } from './compile-program.ts'
import { FunctionBuilder } from './ir/builder.ts'
import type { Operand } from './ir/ir.ts'
import { emitRecord } from './lowering/emit-record.ts'

function listing(build: (builder: FunctionBuilder) => void): string[] {
  const builder = new FunctionBuilder('f')
  build(builder)
  return disassemble(compileProgram(builder.function, { lossMap: 'lost' }).instructions)
    .split('\n')
    .map((line) => line.replace(/^\d+: \(..\) /, ''))
}

describe('compiled code', () => {
  it('reads a counter into a cell', () => {
    const code = listing((b) => {
      b.call('probe_read_user', [b.mapValue('at_0'), b.i64(8), b.i64(0x55d0c0)])
      b.store(b.mapValue('at_0'), b.constant('i8', 1), 8)
      b.return(b.i64(0))
    })
    expect(code).toEqual([
      'r1 = map[at_0][0]+0',
      'r2 = 8',
      'r3 = 5624000',
      'call bpf_probe_read_user#112',
      'r1 = map[at_0][0]+0',
      '*(u8 *)(r1 +8) = 1',
      'r0 = 0',
      'exit',
    ])
  })

  it('ends at once when there is nothing to do', () => {
    expect(listing((b) => b.return(b.i64(0)))).toEqual(['r0 = 0', 'exit'])
  })

  it('counts by key, the found entry falling through', () => {
    const code = listing((b) => {
      const key = b.stackSlot('key', 8)
      b.store(key, b.load('i64', b.context, 112))
      const entry = b.call('map_lookup_elem', [b.map('m'), key], 'ptr.map_value')
      b.when(
        b.isNotNull(entry),
        () => b.atomic('add', entry, b.i64(1)),
        () => {
          const one = b.stackSlot('one', 8)
          b.store(one, b.i64(1))
          b.call('map_update_elem', [b.map('m'), key, one, b.i64(0)])
        },
      )
      b.return(b.i64(0))
    })
    expect(code.slice(0, 11)).toEqual([
      'r1 = *(u64 *)(r1 +112)',
      '*(u64 *)(r10 -8) = r1',
      'r1 = map[m]',
      'r2 = r10',
      'r2 += -8',
      'call bpf_map_lookup_elem#1',
      'if r0 == 0 goto pc+4',
      'r1 = 1',
      'lock *(u64 *)(r0 +0) += r1',
      'r0 = 0',
      'exit',
    ])
  })

  it('keeps variables in registers and decides what is known', () => {
    const code = listing((b) => {
      const x = b.stackSlot('x', 8)
      b.store(x, b.i64(2))
      b.when(b.compare('sgt', b.load('i64', x), b.i64(1)), () => b.store(x, b.binary('mul', b.load('i64', x), b.i64(21))))
      b.return(b.load('i64', x))
    })
    expect(code).toEqual(['r0 = 42', 'exit'])
  })

  it('jumps straight through && and ||', () => {
    const code = listing((b) => {
      const both = b.stackSlot('both', 8)
      const [left, right] = [0, 8].map((offset) => b.load('i64', b.context, offset)) as [Operand, Operand]
      b.store(both, b.i64(0))
      b.when(b.compare('eq', left, b.i64(5)), () => b.store(both, b.convert(b.compare('ult', right, b.i64(9)), 'i64', { signed: false })))
      b.when(b.compare('ne', b.load('i64', both), b.i64(0)), () => b.store(b.mapValue('out'), b.i64(1)))
      b.return(b.i64(0))
    })
    expect(code.filter((line) => line.startsWith('if'))).toHaveLength(2)
    expect(code.some((line) => line.includes('r10'))).toBe(false)
  })

  it('fills a record with stores of immediates', () => {
    const code = listing((b) => {
      const record = { map: 'events', layout: { size: 16, fields: [] }, id: 3 } as unknown as Parameters<typeof emitRecord>[1]
      emitRecord(b, record, (pointer) => {
        b.store(pointer, b.constant('i32', 0), 4)
        b.store(pointer, b.call('ktime_get_ns', []), 8)
      })
      b.return(b.i64(0))
    })
    expect(code.slice(0, 15)).toEqual([
      'r1 = map[events]',
      'r2 = 16',
      'r3 = 0',
      'call bpf_ringbuf_reserve#131',
      'r6 = r0',
      'if r6 == 0 goto pc+9',
      '*(u32 *)(r6 +0) = 3',
      '*(u32 *)(r6 +4) = 0',
      'call bpf_ktime_get_ns#5',
      '*(u64 *)(r6 +8) = r0',
      'r1 = r6',
      'r2 = 1',
      'call bpf_ringbuf_submit#132',
      'r0 = 0',
      'exit',
    ])
  })

  it('gives every instruction the span it comes from', () => {
    const builder = new FunctionBuilder('spans')
    builder.span = { start: 3, end: 9 }
    builder.store(builder.mapValue('out'), builder.binary('add', builder.load('i64', builder.context), builder.i64(1)))
    builder.return(builder.i64(0))
    const { instructions } = compileProgram(builder.function, { lossMap: 'lost' })
    expect(instructions.map(({ span }) => span)).toEqual(instructions.map(() => ({ start: 3, end: 9 })))
  })

  it('drops references to maps that are not used', () => {
    const builder = new FunctionBuilder('unused')
    builder.map('m')
    builder.load('i64', builder.mapValue('cell'))
    builder.return(builder.i64(0))
    expect(compileProgram(builder.function, { lossMap: 'lost' }).instructions.some(({ reference }) => reference !== undefined)).toBe(false)
  })

  it('asks for scratch memory when slots do not fit the stack, and not before', () => {
    const withSlot = (size: number) => {
      const builder = new FunctionBuilder('large')
      builder.return(builder.call('get_current_comm', [builder.stackSlot('buffer', size), builder.i64(16)]))
      return compileProgram(builder.function, { lossMap: 'lost' }).maps
    }
    expect(withSlot(512)).toEqual([])
    expect(withSlot(520)).toEqual([{ name: 'scratch_large', kind: 'percpu_array', keySize: 4, valueSize: 8 + 4 * 520, maxEntries: 1 }])
  })

  it('shares the stack between keys that are never in use together', () => {
    const builder = new FunctionBuilder('keys')
    for (let i = 0; i < 100; i++) {
      const key = builder.stackSlot('key', 16)
      builder.store(key, builder.i64(i))
      builder.store(key, builder.i64(i), 8)
      builder.call('map_delete_elem', [builder.map('m'), key])
    }
    builder.return(builder.i64(0))
    expect(compileProgram(builder.function, { lossMap: 'lost' }).maps).toEqual([])
  })
})
