import { describe, expect, it } from 'vitest'
import { sourceText } from '../base/source-text.ts'
import { VmFault } from '../base/vm-fault.ts'
import { assembleWithLabels } from '../format/asm/assemble.ts'
import type { MapKind, MapSpec } from '../spec/map-spec.ts'
import { createMachine, type Machine, type MachineOptions } from './machine.ts'

function machineFor(code: string, options: Partial<MachineOptions> = {}): Machine {
  return createMachine({ programs: [{ name: 'main', instructions: assembleWithLabels(code).instructions }], ...options })
}
const map = (name: string, kind: MapKind, [keySize = 4, valueSize = 8, maxEntries = 4]: readonly number[] = []): MapSpec => ({
  name,
  kind,
  keySize,
  valueSize,
  maxEntries,
})
const words = (...values: readonly bigint[]): Uint8Array => new Uint8Array(BigUint64Array.from(values).buffer)
const key = (value: number): Uint8Array => new Uint8Array(Uint32Array.of(value).buffer)

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
    const program = (name: string, r0: number) => ({ name, instructions: assembleWithLabels(`r0 = ${r0}\nexit`).instructions })
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
    const { instructions } = assembleWithLabels('r1 = 0x0\nr0 = *(u32 *)(r1 +16)\nexit')
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
    const [asks, ...rest] = assembleWithLabels('r0 = 0\nexit').instructions
    const relocation = { question: 'field_offset', path: 'task_struct.pid' } as const
    const instructions = [{ ...asks!, relocation }, ...rest]
    expect(() => createMachine({ programs: [{ name: 'main', instructions }] })).toThrow(/task_struct\.pid .* relocate the program first/)
  })
})

describe('maps', () => {
  it('are read and written from outside as copies', () => {
    const machine = machineFor('r1 = map[m][0]+0\nr0 = *(u64 *)(r1 +0)\n*(u64 *)(r1 +0) = 7\nexit', {
      maps: [map('m', 'array', [4, 8, 1])],
    })
    machine.map('m').update(key(0), [words(5n)])
    const before = machine.map('m').lookup(key(0))
    expect(machine.run()).toBe(5n)
    expect([before, machine.map('m').lookup(key(0))]).toEqual([[words(5n)], [words(7n)]])
    expect(machine.map('m').lookup(key(1))).toBeUndefined()
    expect(() => machine.map('m').delete(key(0))).toThrow(/array/)
  })
  it('have a value for every CPU', () => {
    const code =
      '*(u32 *)(r10 -4) = 0\nr1 = map[m]\nr2 = r10\nr2 += -4\ncall bpf_map_lookup_elem\nr1 = 9\n*(u64 *)(r0 +0) = r1\nr0 = 0\nexit'
    const machine = machineFor(code, { maps: [map('m', 'percpu_array', [4, 8, 1])], environment: { cpuCount: 3, cpu: () => 1 } })
    machine.run()
    expect(machine.map('m').lookup(key(0))).toEqual([words(0n), words(9n), words(0n)])
  })
  it('list and delete entries of a hash, and say when it is full', () => {
    const hash = machineFor('r0 = 0\nexit', { maps: [map('m', 'hash', [4, 8, 2])] }).map('m')
    hash.update(key(1), [words(10n)])
    hash.update(key(2), [words(20n)])
    expect(hash.entries()).toEqual([
      { key: key(1), values: [words(10n)] },
      { key: key(2), values: [words(20n)] },
    ])
    expect(() => hash.update(key(3), [words(0n)])).toThrow(/full/)
    expect([hash.delete(key(1)), hash.delete(key(1))]).toEqual([true, false])
    hash.update(key(3), [words(30n)])
    expect(hash.lookup(key(3))).toEqual([words(30n)])
  })
  it('hold thousands of entries', () => {
    const hash = machineFor('r0 = 0\nexit', { maps: [map('m', 'hash', [8, 8, 10_000])] }).map('m')
    for (let i = 0n; i < 10_000n; i++) hash.update(words(i), [words(i * 3n)])
    for (let i = 0n; i < 10_000n; i += 2n) hash.delete(words(i))
    expect(hash.entries()).toHaveLength(5000)
    for (let i = 0n; i < 10_000n; i++) expect(hash.lookup(words(i))).toEqual(i % 2n === 0n ? undefined : [words(i * 3n)])
  })
  it('evict what was not used for longest', () => {
    const lru = machineFor('r0 = 0\nexit', { maps: [map('m', 'lru_hash', [4, 8, 2])] }).map('m')
    for (const [id, value] of [
      [1, 1n],
      [2, 2n],
      [1, 3n],
      [3, 4n],
    ] as const)
      lru.update(key(id), [words(value)])
    expect(lru.entries().map((entry) => entry.key)).toEqual([key(1), key(3)])
  })
  it('keep what a pointer points to when its entry is deleted', () => {
    const code = `
      *(u32 *)(r10 -4) = 1
      r1 = map[m]
      r2 = r10
      r2 += -4
      call bpf_map_lookup_elem
      r6 = r0
      r1 = map[m]
      r2 = r10
      r2 += -4
      call bpf_map_delete_elem
      r0 = *(u64 *)(r6 +0)
      exit`
    const machine = machineFor(code, { maps: [map('m', 'hash')] })
    machine.map('m').update(key(1), [words(77n)])
    expect(machine.run()).toBe(77n)
    expect(machine.map('m').entries()).toEqual([])
  })
})

describe('perf events', () => {
  it('are records of the CPU that the program runs on', () => {
    const code = `
      r6 = *(u64 *)(r1 +0)
      *(u64 *)(r10 -8) = r6
      r2 = map[events]
      r3 = 0xffffffff
      r4 = r10
      r4 += -8
      r5 = 8
      call bpf_perf_event_output
      exit`
    const machine = machineFor(code, { maps: [map('events', 'perf_event_array', [4, 4, 4])] })
    const records: Uint8Array[] = []
    const drain = (limit: number) => machine.drain('events', (record) => records.push(record) < limit)
    for (const value of [1n, 2n, 3n]) expect(machine.run(words(value))).toBe(0n)
    expect([drain(2), drain(9), drain(9)]).toEqual([2, 1, 0])
    expect(records).toEqual([words(1n), words(2n), words(3n)])
  })
  it('are lost when nobody reads them', () => {
    const code = 'r2 = map[events]\nr3 = 0\nr4 = map[bytes][0]+0\nr5 = 65536\ncall bpf_perf_event_output\nexit'
    const machine = machineFor(code, { maps: [map('events', 'perf_event_array', [4, 4, 4]), map('bytes', 'array', [4, 65_536, 1])] })
    const answers = Array.from({ length: 17 }, () => BigInt.asIntN(64, machine.run()))
    expect(answers).toEqual([...Array.from({ length: 16 }, () => 0n), -28n])
  })
})

describe('ring buffers', () => {
  const submit = (size: number, how: string) => `
    r6 = *(u64 *)(r1 +0)
    r1 = map[ring]
    r2 = ${size}
    r3 = 0
    call bpf_ringbuf_reserve
    if r0 == 0 goto out
    *(u64 *)(r0 +0) = r6
    r1 = r0
    r2 = 0
    call bpf_ringbuf_${how}
    r0 = 1
    out:
    exit`
  const ring = (size: number, how = 'submit') => machineFor(submit(size, how), { maps: [map('ring', 'ringbuf', [0, 0, 4096])] })

  it('hand over what was submitted, in order, and give the room back', () => {
    const machine = ring(8)
    for (let round = 0n; round < 1000n; round++) {
      for (let i = 0n; i < 10n; i++) expect(machine.run(words(round * 10n + i))).toBe(1n)
      const records: Uint8Array[] = []
      expect(machine.drain('ring', (record) => void records.push(record))).toBe(10)
      expect(records).toEqual(Array.from({ length: 10 }, (_, i) => words(round * 10n + BigInt(i))))
    }
  })
  it('leave the rest when the reader has had enough, and nothing of what was discarded', () => {
    const machine = ring(8)
    for (let i = 0n; i < 3n; i++) machine.run(words(i))
    expect(machine.drain('ring', () => false)).toBe(1)
    expect(machine.drain('ring', () => {})).toBe(2)
    const discarding = ring(8, 'discard')
    discarding.run(words(1n))
    expect(discarding.drain('ring', () => {})).toBe(0)
  })
  it('refuse what has no room', () => {
    const machine = ring(1000)
    expect([1n, 2n, 3n, 4n, 5n].map((value) => machine.run(words(value)))).toEqual([1n, 1n, 1n, 1n, 0n])
    machine.drain('ring', () => {})
    expect(machine.run(words(6n))).toBe(1n)
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
      maps: [map('format', 'array', [4, 16, 1]), map('text', 'array', [4, 8, 1])],
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
