/**
 * Maps of every kind on the real kernel: what goes in comes out, per-CPU values keep apart, lists tolerate change.
 */
import { mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ClosedError, SyscallError, UsageError } from '../../src/base/errors.ts'
import { alu64, exit, immediate, loadImmediate64, mov64, register, store } from '../../src/format/asm/construct.ts'
import { kernelFeatures } from '../../src/kernel/features/features.ts'
import { KernelMap } from '../../src/kernel/maps/kernel-map.ts'
import { possibleCpuCount } from '../../src/kernel/procfs/cpus.ts'
import { findCgroup2Path } from '../../src/kernel/procfs/mounts.ts'
import type { MapKind, MapSpec } from '../../src/spec/map-spec.ts'
import { watchFdLeaks } from '../support/fd-leaks.ts'
import { sleep, withObject } from '../support/loading.ts'
import { needs } from '../support/needs.ts'
import { call, END, object, program, words } from '../support/programs.ts'

watchFdLeaks()

const u32 = (value: number) => new Uint8Array(Uint32Array.of(value).buffer)
const u64 = (value: bigint) => new Uint8Array(BigUint64Array.of(value).buffer)

function withMap(spec: Partial<MapSpec> & { kind: MapKind }, use: (map: KernelMap) => void, disabled: readonly string[] = []): void {
  const map = new KernelMap({ name: '@test', keySize: 4, valueSize: 8, maxEntries: 8, ...spec }, kernelFeatures(disabled))
  try {
    use(map)
  } finally {
    map.close()
  }
}

const WAYS = [
  ['by batches', []],
  ['by keys', ['map_batch']],
] as const

describe.each(WAYS)('entries %s', (_, disabled) => {
  test.for(['hash', 'lru_hash'] as const)('of a %s are those that were written', (kind, context) => {
    needs(context, 'root')
    withMap(
      { kind, maxEntries: 20_000 },
      (map) => {
        for (let i = 0; i < 5000; i++) map.update(u32(i), [u64(BigInt(i) * 3n)])
        const entries = map.entries().map(({ key, values }) => [new Uint32Array(key.slice().buffer)[0], words(values[0]!)[0]])
        expect(entries.sort((a, b) => Number(a[0]) - Number(b[0]))).toEqual(Array.from({ length: 5000 }, (_, i) => [i, BigInt(i) * 3n]))
      },
      disabled,
    )
  })

  test('of an array are all of its places', (context) => {
    needs(context, 'root')
    withMap(
      { kind: 'array', maxEntries: 3 },
      (map) => {
        map.update(u32(2), [u64(7n)])
        expect(map.entries().map(({ values }) => words(values[0]!)[0])).toEqual([0n, 0n, 7n])
      },
      disabled,
    )
  })

  test.for(['percpu_hash', 'percpu_array'] as const)('of a %s hold one value per possible CPU', (kind, context) => {
    needs(context, 'root')
    const values = Array.from({ length: possibleCpuCount() }, (_, cpu) => Uint8Array.of(cpu, 1, 2, 3, 4))
    withMap(
      { kind, valueSize: 5, maxEntries: 2 },
      (map) => {
        map.update(u32(1), values)
        const entry = map.entries().find(({ key }) => key[0] === 1)
        expect(entry?.values).toEqual(values)
        expect(map.lookup(u32(1))).toEqual(values)
      },
      disabled,
    )
  })
})

test('a large map is listed whole although its buckets overflow the first batch', (context) => {
  needs(context, 'root')
  withMap({ kind: 'hash', keySize: 8, maxEntries: 40_000 }, (map) => {
    for (let i = 0n; i < 30_000n; i++) map.update(u64(i), [u64(i)])
    expect(new Set(map.entries().map(({ key }) => words(key)[0])).size).toBe(30_000)
  })
})

test('lookup and delete of what is not there are misses', (context) => {
  needs(context, 'root')
  withMap({ kind: 'hash' }, (map) => {
    expect(map.lookup(u32(1))).toBeUndefined()
    expect(map.delete(u32(1))).toBe(false)
    map.update(u32(1), [u64(1n)])
    expect(map.delete(u32(1))).toBe(true)
    expect(map.entries()).toEqual([])
  })
})

test('a full map says how many entries it holds', (context) => {
  needs(context, 'root')
  withMap({ kind: 'hash', maxEntries: 2 }, (map) => {
    for (const i of [0, 1]) map.update(u32(i), [u64(0n)])
    expect(() => map.update(u32(2), [u64(0n)])).toThrow(
      expect.objectContaining({ errno: 'E2BIG', remedy: expect.stringContaining('2 entries') }),
    )
  })
})

test('an lru_hash makes room instead', (context) => {
  needs(context, 'root')
  withMap({ kind: 'lru_hash', maxEntries: 128 }, (map) => {
    for (let i = 0; i < 1000; i++) map.update(u32(i), [u64(0n)])
    expect(map.entries().length).toBeLessThanOrEqual(128)
    expect(map.lookup(u32(999))).toBeDefined()
  })
})

test('a closed map is a typed error', (context) => {
  needs(context, 'root')
  const map = new KernelMap({ name: 'm', kind: 'hash', keySize: 4, valueSize: 8, maxEntries: 1 }, kernelFeatures())
  map.close()
  map.close()
  expect(() => map.lookup(u32(0))).toThrow(ClosedError)
  expect(() => map.entries()).toThrow(ClosedError)
})

test('a size that the kernel refuses names the map', (context) => {
  needs(context, 'root')
  const spec: MapSpec = { name: '@big', kind: 'hash', keySize: 4, valueSize: 8, maxEntries: 0 }
  expect(() => new KernelMap(spec, kernelFeatures())).toThrow(SyscallError)
  expect(() => new KernelMap(spec, kernelFeatures())).toThrow(/creating map @big: bpf\(BPF_MAP_CREATE\) failed with EINVAL/)
})

test('a stack_trace map answers the frames of the id that a program got', async (context) => {
  needs(context, 'root', { feature: 'test_run' })
  const stacks: MapSpec = { name: 'stacks', kind: 'stack_trace', keySize: 4, valueSize: 8 * 32, maxEntries: 64 }
  const stackId = [loadImmediate64(2, { kind: 'map', map: 'stacks' }), mov64(3, immediate(0)), call('get_stackid'), exit()]
  await withObject(object([stacks], [program('raw_tracepoint', stackId)]), (loaded) => {
    const id = loaded.run('test')
    const frames = words(loaded.map('stacks').lookup(u32(id))![0]!)
    expect(frames[0]).toBeGreaterThan(0xffff_0000_0000_0000n)
    expect(loaded.map('stacks').entries()).toHaveLength(1)
  })
})

describe('a cgroup_array', () => {
  const spec = (path: string): MapSpec => ({
    name: 'cgroup',
    kind: 'cgroup_array',
    keySize: 4,
    valueSize: 4,
    maxEntries: 1,
    cgroupPath: path,
  })
  const isUnder = [loadImmediate64(1, { kind: 'map', map: 'cgroup' }), mov64(2, immediate(0)), call('current_task_under_cgroup'), exit()]

  test('tells programs whether the current task is below it', async (context) => {
    needs(context, 'root', 'cgroup2', { feature: 'test_run' })
    const root = findCgroup2Path()!
    const empty = join(root, `borescope-test-${process.pid}`)
    mkdirSync(empty)
    try {
      const answer = (path: string) =>
        withObject(object([spec(path)], [program('raw_tracepoint', isUnder)]), (loaded) => loaded.run('test'))
      expect(await answer(root)).toBe(1)
      expect(await answer(empty)).toBe(0)
    } finally {
      rmdirSync(empty)
    }
  })

  test('refuses what is no cgroup', (context) => {
    needs(context, 'root')
    const directory = mkdtempSync(join(tmpdir(), 'borescope-maps-'))
    writeFileSync(join(directory, 'file'), '')
    for (const path of [directory, join(directory, 'file'), join(directory, 'missing')])
      expect(() => new KernelMap(spec(path), kernelFeatures()), path).toThrow(UsageError)
    rmSync(directory, { recursive: true })
  })
})

test.for(WAYS)('a map that a program changes 10,000 times a second can be listed %s', async ([, disabled], context) => {
  needs(context, 'root')
  const churn: MapSpec = { name: 'churn', kind: 'hash', keySize: 8, valueSize: 8, maxEntries: 64 }
  const randomKey = [call('get_prandom_u32'), alu64('and', 0, immediate(31)), store({ base: 10, offset: -8, bytes: 8 }, register(0))]
  const arguments_ = [loadImmediate64(1, { kind: 'map', map: 'churn' }), mov64(2, register(10)), alu64('add', 2, immediate(-8))]
  const update = [...randomKey, ...arguments_, mov64(3, register(2)), mov64(4, immediate(0)), call('map_update_elem')]
  const change = [...update, ...randomKey, ...arguments_, call('map_delete_elem'), ...END]
  const timer = { kind: 'profile', timer: { frequencyHz: 10_000n } } as const
  await withObject(
    object([churn], [program('perf_event', change, [timer])]),
    async (loaded) => {
      loaded.attach('test', timer)
      const sizes = new Set<number>()
      for (let round = 0; round < 20; round++) {
        for (let i = 0; i < 50; i++) {
          const keys = loaded
            .map('churn')
            .entries()
            .map(({ key: bytes }) => words(bytes)[0]!)
          expect(new Set(keys).size).toBe(keys.length)
          expect(keys.every((one) => one < 32n)).toBe(true)
          sizes.add(keys.length)
        }
        await sleep(5)
      }
      expect(sizes.size, 'sizes seen while it changed').toBeGreaterThan(1)
    },
    { disabledFeatures: disabled },
  )
})
