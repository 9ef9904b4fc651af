/**
 * Code generation without the passes: allocation, spilling, frames and layout, seen from the finished instructions. That they
 * compute the right values is tested in the kernel.
 */
import { describe, expect, it } from 'vitest'
import { disassemble } from '../../../format/asm/disassemble.ts'
import { instructionSet } from '../../../spec/instruction-set.ts'
import { FunctionBuilder } from '../../ir/builder.ts'
import type { Operand } from '../../ir/ir.ts'
import { generateCode } from './generate.ts'

function generate(build: (builder: FunctionBuilder) => void) {
  const builder = new FunctionBuilder('f')
  build(builder)
  const code = generateCode(builder.function, instructionSet(3))
  return { ...code, lines: disassemble(code.instructions).split('\n') }
}

const loads = (b: FunctionBuilder, count: number): Operand[] =>
  Array.from({ length: count }, (_, index) => b.load('i64', b.context, index * 8))
const sumOf = (b: FunctionBuilder, values: readonly Operand[]): Operand => values.reduce((sum, value) => b.binary('xor', sum, value))

describe('register allocation', () => {
  it('needs no stack for values that fit registers', () => {
    const { frameSize } = generate((b) => b.return(sumOf(b, loads(b, 9))))
    expect(frameSize).toBe(0)
  })
  it('spills whole words when there are more values than registers', () => {
    const { frameSize, spillSize, lines } = generate((b) => b.return(sumOf(b, loads(b, 16).reverse())))
    expect(spillSize).toBeGreaterThanOrEqual(5 * 8)
    expect(frameSize).toBe(spillSize)
    for (const line of lines.filter((text) => text.includes('r10'))) expect(line).toMatch(/u64 \*\)\(r10 -\d+\)/)
  })
  it('stores through an address that was made again instead of spilled', () => {
    const { lines } = generate((b) => {
      const values = loads(b, 14)
      for (const [index, value] of values.entries())
        b.store(b.mapValue('out'), b.binary('add', value, values[13 - index] as Operand), index * 8)
      b.return(b.i64(0))
    })
    const stores = lines.filter((line) => /\*\(u64 \*\)\(r[0-9] \+\d+\) = r/.test(line))
    expect(stores).toHaveLength(14)
  })
  it('lets spilled values share a place when they are never wanted together', () => {
    const rounds = (count: number) =>
      generate((b) => {
        for (let round = 0; round < count; round++) b.store(b.mapValue('out'), sumOf(b, loads(b, 14).reverse()), round * 8)
        b.return(b.i64(0))
      }).spillSize
    expect(rounds(6)).toBe(rounds(2))
  })
  it('keeps what lives over a call in a saved register', () => {
    const { lines } = generate((b) => {
      const value = b.load('i64', b.context)
      b.return(b.binary('add', b.call('ktime_get_ns', []), value))
    })
    expect(lines).toEqual(['0: (79) r6 = *(u64 *)(r1 +0)', '1: (85) call bpf_ktime_get_ns#5', '2: (0f) r0 += r6', '3: (95) exit'])
  })
  it('adds the offset of a field by one instruction, and moves other answers of types by one', () => {
    const { lines } = generate((b) => {
      const address = b.binary('add', b.load('i64', b.context), b.relocation('field_offset', 'task_struct.pid'))
      b.call('probe_read_kernel', [b.stackSlot('s', 8), b.relocation('field_size', 'task_struct.pid'), address], 'void')
      b.return(b.relocation('enum_value', 'pid_type.PIDTYPE_PID'))
    })
    expect(lines.filter((line) => line.includes(';'))).toEqual([
      expect.stringMatching(/\(07\) r\d \+= 0 ; field_offset task_struct\.pid$/),
      expect.stringMatching(/\(b7\) r2 = 0 ; field_size task_struct\.pid$/),
      expect.stringMatching(/\(18\) r0 = 0x0 ; enum_value pid_type\.PIDTYPE_PID$/),
    ])
  })
  it('makes constants again behind a call', () => {
    const { lines } = generate((b) => {
      b.store(b.mapValue('m'), b.i64(1))
      b.call('map_delete_elem', [b.map('h'), b.mapValue('m')])
      b.store(b.mapValue('m'), b.i64(2))
      b.return(b.i64(0))
    })
    expect(lines.filter((line) => line.includes('map[m]')).length).toBeGreaterThan(1)
    expect(lines.some((line) => /r[6-9]/.test(line))).toBe(false)
  })
})

describe('layout', () => {
  it('puts what happens when a helper fails behind the rest', () => {
    const { lines } = generate((b) => {
      const record = b.call('ringbuf_reserve', [b.map('events'), b.i64(8), b.i64(0)], 'ptr.record')
      b.when(
        b.isNotNull(record),
        () => b.call('ringbuf_submit', [record, b.i64(0)], 'void'),
        () => b.atomic('add', b.mapValue('lost'), b.i64(1)),
      )
      b.return(b.i64(0))
    })
    expect(lines.findIndex((line) => line.includes('lost'))).toBeGreaterThan(lines.findIndex((line) => line.includes('exit')))
    expect(lines.findIndex((line) => line.includes('submit'))).toBeLessThan(lines.findIndex((line) => line.includes('exit')))
  })
  it('uses the widest stores that a stack slot allows', () => {
    const { lines } = generate((b) => {
      const slot = b.stackSlot('bytes', 24)
      b.zero(slot, 15, 1)
      b.call('map_delete_elem', [b.map('m'), slot])
      b.return(b.i64(0))
    })
    expect(lines.filter((line) => line.endsWith('= 0') && line.includes('r10')).map((line) => /u\d+/.exec(line)?.[0])).toEqual([
      'u8',
      'u16',
      'u32',
      'u64',
    ])
  })
})
