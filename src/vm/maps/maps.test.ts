/**
 * The kinds of map as programs and user space see them together; what programs alone see is in testdata/conformance/maps.txt.
 */
import { describe, expect, it } from 'vitest'
import { key, machineFor, mapSpec, words } from '../../../test/support/small-machine.ts'

describe('maps', () => {
  it('are read and written from outside as copies', () => {
    const machine = machineFor('r1 = map[m][0]+0\nr0 = *(u64 *)(r1 +0)\n*(u64 *)(r1 +0) = 7\nexit', {
      maps: [mapSpec('m', 'array', [4, 8, 1])],
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
    const machine = machineFor(code, { maps: [mapSpec('m', 'percpu_array', [4, 8, 1])], environment: { cpuCount: 3, cpu: () => 1 } })
    machine.run()
    expect(machine.map('m').lookup(key(0))).toEqual([words(0n), words(9n), words(0n)])
  })
  it('list and delete entries of a hash, and say when it is full', () => {
    const hash = machineFor('r0 = 0\nexit', { maps: [mapSpec('m', 'hash', [4, 8, 2])] }).map('m')
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
    const hash = machineFor('r0 = 0\nexit', { maps: [mapSpec('m', 'hash', [8, 8, 10_000])] }).map('m')
    for (let i = 0n; i < 10_000n; i++) hash.update(words(i), [words(i * 3n)])
    for (let i = 0n; i < 10_000n; i += 2n) hash.delete(words(i))
    expect(hash.entries()).toHaveLength(5000)
    for (let i = 0n; i < 10_000n; i++) expect(hash.lookup(words(i))).toEqual(i % 2n === 0n ? undefined : [words(i * 3n)])
  })
  it('evict what was not used for longest', () => {
    const lru = machineFor('r0 = 0\nexit', { maps: [mapSpec('m', 'lru_hash', [4, 8, 2])] }).map('m')
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
    const machine = machineFor(code, { maps: [mapSpec('m', 'hash')] })
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
    const machine = machineFor(code, { maps: [mapSpec('events', 'perf_event_array', [4, 4, 4])] })
    const records: Uint8Array[] = []
    const drain = (limit: number) => machine.drain('events', (record) => records.push(record) < limit)
    for (const value of [1n, 2n, 3n]) expect(machine.run(words(value))).toBe(0n)
    expect([drain(2), drain(9), drain(9)]).toEqual([2, 1, 0])
    expect(records).toEqual([words(1n), words(2n), words(3n)])
  })
  it('are lost when nobody reads them', () => {
    const code = 'r2 = map[events]\nr3 = 0\nr4 = map[bytes][0]+0\nr5 = 65536\ncall bpf_perf_event_output\nexit'
    const machine = machineFor(code, {
      maps: [mapSpec('events', 'perf_event_array', [4, 4, 4]), mapSpec('bytes', 'array', [4, 65_536, 1])],
    })
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
  const ring = (size: number, how = 'submit') => machineFor(submit(size, how), { maps: [mapSpec('ring', 'ringbuf', [0, 0, 4096])] })

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
