import { describe, expect, it } from 'vitest'
import { key, machineFor, mapSpec, words } from '../../test/support/small-machine.ts'
import { sourceText } from '../base/source-text.ts'
import { VmFault } from '../base/vm-fault.ts'
import { assemble } from '../format/asm/assemble.ts'
import { createMachine } from './machine.ts'

describe('run', () => {
  it('answers r0 of a program on a context', () => {
    const machine = machineFor('r0 = *(u64 *)(r1 +8)\nexit')
    expect(machine.run(words(1n, 2n ** 64n - 1n))).toBe(2n ** 64n - 1n)
    expect(machine.run(words(1n, 2n, 3n))).toBe(2n)
    expect(() => machine.run(words(1n))).toThrow(/offset 8 of the context, which has 8 bytes/)
  })
  it('counts instructions and helper calls of the last run, functions and callbacks included', () => {
    const code = `
      call bpf_ktime_get_ns
      r1 = 3
      r2 = func each
      r3 = 0
      r4 = 0
      call bpf_loop
      exit
      each:
      r0 = 0
      exit`
    const machine = machineFor(code)
    for (let i = 0; i < 2; i++) {
      expect(machine.run()).toBe(3n)
      expect(machine.instructionsRun).toBe(7 + 3 * 2)
      expect(machine.helperCalls).toBe(2)
    }
  })
  it('chooses a program by name', () => {
    const program = (name: string, r0: number) => ({ name, instructions: assemble(`r0 = ${r0}\nexit`) })
    const machine = createMachine({ programs: [program('a', 1), program('b', 2)] })
    expect([machine.run(), machine.run(words(), 'b')]).toEqual([1n, 2n])
  })
  it('hands constants over', () => {
    expect(machineFor('r0 = constant[x]\nexit', { constants: new Map([['x', -1n]]) }).run()).toBe(2n ** 64n - 1n)
    expect(() => machineFor('r0 = constant[x]\nexit')).toThrow(/no constant x/)
  })
})

describe('a fault', () => {
  const faultOf = (what: () => unknown): VmFault => {
    try {
      what()
    } catch (error) {
      if (error instanceof VmFault) return error
      throw error
    }
    throw new Error('nothing was thrown')
  }

  it('names program, function, instruction and the line of the source', () => {
    const text = 'BEGIN {\n  @x = *ptr\n}'
    const instructions = assemble('r1 = 0x0\nr0 = *(u32 *)(r1 +16)\nexit')
    const placed = instructions.map((each, i) => (i === 1 ? { ...each, span: { start: text.indexOf('*'), end: text.length } } : each))
    const machine = createMachine({ programs: [{ name: 'BEGIN', instructions: placed, source: sourceText('x.bt', text) }] })
    const fault = faultOf(() => machine.run())
    expect(fault).toMatchObject({
      kind: 'null dereference',
      program: 'BEGIN',
      functionName: 'BEGIN',
      instruction: 2,
      listing: 'r0 = *(u32 *)(r1 +16)',
      address: 16n,
      source: 'x.bt:2:8\n  @x = *ptr\n       ^',
    })
    expect(fault.message).toContain('program BEGIN faulted at instruction 2 of BEGIN')
  })
  it('leaves the machine as good as before', () => {
    const machine = machineFor('r1 = *(u64 *)(r1 +0)\ncall inner\nexit\ninner:\nr0 = r10\nr0 += r1\nr0 = *(u8 *)(r0 +0)\nexit')
    expect(faultOf(() => machine.run(words(0n))).kind).toBe('out of bounds')
    expect(faultOf(() => machine.run(words(0n))).functionName).toBe('main+3')
    expect(machine.run(words(-8n))).toBeTypeOf('bigint')
  })
  it('is what an endless loop ends in', () => {
    const machine = machineFor('again:\ngoto again', { budget: 1000 })
    expect(faultOf(() => machine.run()).message).toMatch(/more than 1000 instructions/)
    expect(machine.instructionsRun).toBeGreaterThanOrEqual(1000)
  })
  it('is what an endless chain of callbacks ends in', () => {
    const code =
      'r1 = 8000000\nr2 = func outer\nr3 = 0\nr4 = 0\ncall bpf_loop\nexit\nouter:\nr1 = 8000000\nr2 = func inner\nr3 = 0\nr4 = 0\ncall bpf_loop\nr0 = 0\nexit\ninner:\nr0 = 0\nexit'
    expect(faultOf(() => machineFor(code, { budget: 10_000 }).run()).kind).toBe('budget exhausted')
  })
  it('stops jumps that cross each other, too', () => {
    // Two loops that enter each other in the middle: no nesting describes them.
    const code =
      'r1 = *(u64 *)(r1 +0)\nif r1 == 0 goto b\na:\nr1 += 1\nif r1 == 5 goto out\nb:\nr1 += 1\nif r1 != 6 goto a\nout:\nr0 = r1\nexit'
    expect(machineFor(code).run(words(2n))).toBe(5n)
    expect(machineFor(code).run(words(4n))).toBe(5n)
    expect(faultOf(() => machineFor(code, { budget: 1000 }).run(words(0n))).kind).toBe('budget exhausted')
  })
  it('names a helper that the machine lacks, when it is called', () => {
    expect(machineFor('r0 = 0\nif r0 == 0 goto out\ncall unknown#9999\nout:\nexit').run()).toBe(0n)
    expect(() => machineFor('call unknown#9999\nexit').run()).toThrow(/the machine has no helper 9999/)
    expect(() => machineFor('call kfunc bpf_task_acquire\nexit').run()).toThrow(/no kfunc bpf_task_acquire/)
  })
  it('takes no program that still asks for types of the kernel', () => {
    const [asks, ...rest] = assemble('r0 = 0\nexit')
    const relocation = { question: 'field_offset', path: 'task_struct.pid' } as const
    const instructions = [{ ...asks!, relocation }, ...rest]
    expect(() => createMachine({ programs: [{ name: 'main', instructions }] })).toThrow(/task_struct\.pid .* relocate the program first/)
  })
})

describe('the environment', () => {
  it('is what helpers answer', () => {
    const printed: string[] = []
    const code = `
      r6 = r1
      r1 = map[format][0]+0
      r2 = 16
      r3 = -1
      r4 = 255
      r5 = map[text][0]+0
      call bpf_trace_printk
      r1 = r6
      call bpf_get_attach_cookie
      exit`
    const machine = machineFor(code, {
      maps: [mapSpec('format', 'array', [4, 16, 1]), mapSpec('text', 'array', [4, 8, 1])],
      environment: { print: (text) => printed.push(text), attachCookie: () => 2n ** 63n },
    })
    const bytes = (text: string, size: number) => Uint8Array.from({ length: size }, (_, i) => text.charCodeAt(i) || 0)
    machine.map('format').update(key(0), [bytes('%d %04x %s!', 16)])
    machine.map('text').update(key(0), [bytes('seven', 8)])
    expect(machine.run()).toBe(2n ** 63n)
    expect(printed).toEqual(['-1 00ff seven!'])
  })
  it('has the memory of the process', () => {
    const code = `
      r3 = *(u64 *)(r1 +0)
      r1 = r10
      r1 += -16
      r2 = 16
      call bpf_probe_read_user_str
      r6 = *(u8 *)(r10 -16)
      r0 <<= 8
      r0 |= r6
      exit`
    const segment = { address: 0x7fff_0000_1000n, bytes: new TextEncoder().encode('text\0more') }
    const machine = machineFor(code, { environment: { userMemory: () => [segment] } })
    expect(machine.run(words(segment.address))).toBe(0x574n)
    expect(machine.run(words(segment.address + 2n))).toBe(0x378n)
    // The last piece has no NUL before memory that cannot be read.
    expect(BigInt.asIntN(64, machine.run(words(segment.address + 5n)))).toBe(-14n << 8n)
  })
  it('has stacks, which a map numbers', () => {
    const code = 'r2 = map[stacks]\nr3 = 256\ncall bpf_get_stackid\nexit'
    const stacks = { keySize: 4, valueSize: 24, maxEntries: 16 }
    let stack = [1n, 2n, 3n, 4n]
    const machine = machineFor(code, { maps: [{ name: 'stacks', kind: 'stack_trace', ...stacks }], environment: { stack: () => stack } })
    const first = machine.run()
    expect(machine.run()).toBe(first)
    expect(machine.map('stacks').lookup(key(Number(first)))).toEqual([words(1n, 2n, 3n)])
    stack = []
    expect(BigInt.asIntN(64, machine.run())).toBe(-14n)
  })
})
