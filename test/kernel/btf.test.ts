/**
 * BTF of maps and programs in the kernel, as somebody else sees it: names of fields in `bpftool map dump`, the user's own lines
 * in `bpftool prog dump` and in the verifier's log.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { array, struct, trace, u32, u64, uprobe } from 'borescope'
import { beforeEach, describe, expect, test } from 'vitest'
import { sourceText } from '../../src/base/source-text.ts'
import { callFunction, exit, immediate, load, loadFunction, mov64, register } from '../../src/format/asm/construct.ts'
import { compileScript } from '../../src/frontend/bpftrace/compile.ts'
import { kernelFeatures } from '../../src/kernel/features/features.ts'
import { createKernelExecutor } from '../../src/kernel/loader/kernel-executor.ts'
import { loadBtf } from '../../src/kernel/loader/load-btf.ts'
import type { MapSpec, MapView } from '../../src/spec/map-spec.ts'
import type { ProgramSpec } from '../../src/spec/program-spec.ts'
import { INT32, INT64, type Type, UINT64 } from '../../src/spec/types/type.ts'
import { dumpBtf, dumpMap, dumpProgram, showMap } from '../support/bpftool.ts'
import { parseCases } from '../support/case-file.ts'
import { watchFdLeaks } from '../support/fd-leaks.ts'
import { frozenTypeSource } from '../support/frozen-type-source.ts'
import { withObject } from '../support/loading.ts'
import { needs } from '../support/needs.ts'
import { call, END, object, program } from '../support/programs.ts'
import { useRunningTarget } from '../support/running-target.ts'

watchFdLeaks()
beforeEach((context) => needs(context, 'root', { command: 'bpftool' }, { feature: 'btf' }))

const text = (value: string, size: number) => [...Buffer.from(value.padEnd(size, '\0'))]
const words = (...values: bigint[]) => [...new Uint8Array(BigUint64Array.from(values).buffer)]
const tuple: Type = { kind: 'tuple', fields: [INT32, { kind: 'string', size: 8 }] }
const record: Type = {
  kind: 'struct',
  size: 16,
  fields: [
    { name: 'late', type: UINT64, offset: 8 },
    { name: 'größe', type: INT32, offset: 0 },
  ],
}
const plain = (type: Type): MapView['value'] => ({ kind: 'plain', type })
const signed = (kind: 'sum' | 'min' | 'avg'): MapView['value'] => ({ kind: 'aggregation', aggregation: { kind, signed: true } })
const count: MapView['value'] = { kind: 'aggregation', aggregation: { kind: 'count' } }
const histogram: MapView['value'] = { kind: 'aggregation', aggregation: { kind: 'hist', bits: 0 } }
const view = (storage: MapView['storage'], value: MapView['value'], more: Partial<MapView> = {}): MapView => ({
  name: '@m',
  storage,
  perCpu: false,
  value,
  ...more,
})

describe('maps', () => {
  test.for<
    [name: string, spec: Pick<MapSpec, 'kind' | 'view' | 'types'>, key: number[], value: number[], shownKey: unknown, shownValue: unknown]
  >([
    [
      'a cell',
      { kind: 'array', view: view('cell', plain(INT64), { presentOffset: 8 }) },
      [0, 0, 0, 0],
      words(~6n, 1n),
      0,
      { value: -7, present: true },
    ],
    [
      'a tuple by tuple',
      { kind: 'hash', view: view('entries', plain(tuple), { key: tuple }) },
      [7, 0, 0, 0, ...text('ab', 8)],
      [8, 0, 0, 0, ...text('c', 8)],
      { _0: 7, _1: 'ab' },
      { _0: 8, _1: 'c' },
    ],
    [
      'a record',
      { kind: 'hash', view: view('entries', plain(record), { key: INT64 }) },
      words(1n),
      words(5n, 6n),
      1,
      { gr__e: 5, late: 6 },
    ],
    [
      'text by number',
      { kind: 'hash', view: view('entries', plain({ kind: 'string', size: 8 }), { key: INT64 }) },
      words(1n),
      text('xyz', 8),
      1,
      'xyz',
    ],
    ['a count', { kind: 'hash', view: view('entries', count, { key: INT64 }) }, words(1n), words(9n), 1, 9],
    ['a sum', { kind: 'hash', view: view('entries', signed('sum'), { key: INT64 }) }, words(1n), words(~0n), 1, -1],
    [
      'a minimum',
      { kind: 'hash', view: view('entries', signed('min'), { key: INT64 }) },
      words(1n),
      words(~0n, 1n),
      1,
      { min: -1, is_set: 1 },
    ],
    [
      'an average in a cell',
      { kind: 'array', view: view('cell', signed('avg'), { presentOffset: 16 }) },
      [0, 0, 0, 0],
      words(10n, 2n, 1n),
      0,
      { total: 10, count: 2, present: true },
    ],
    ['a bucket of a histogram', { kind: 'array', view: view('cell-buckets', histogram) }, [0, 0, 0, 0], words(4n), 0, 4],
    [
      'a bucket by text',
      { kind: 'hash', view: view('entries-buckets', histogram, { key: { kind: 'string', size: 3 } }) },
      [...text('ab', 8), ...words(5n)],
      words(4n),
      { key: 'ab', bucket: 5 },
      4,
    ],
    [
      'data of a TypeScript program',
      { kind: 'hash', types: { key: INT32, value: record } },
      [1, 0, 0, 0],
      words(5n, 6n),
      1,
      { gr__e: 5, late: 6 },
    ],
  ])('%s', async ([, spec, key, value, shownKey, shownValue]) => {
    const whole = { ...spec, name: '@m', keySize: key.length, valueSize: value.length, maxEntries: 1 }
    await withObject(object([whole], []), (loaded) => {
      loaded.map('@m').update(Uint8Array.from(key), [Uint8Array.from(value)])
      expect(dumpMap('AT_m')).toEqual([{ key: shownKey, value: shownValue }])
    })
  })

  const user: MapSpec = { name: '@m', kind: 'hash', keySize: 8, valueSize: 8, maxEntries: 1, view: view('entries', count, { key: INT64 }) }

  test('what the user does not see is not described', async () => {
    const own: MapSpec = { name: 'own', kind: 'array', keySize: 4, valueSize: 8, maxEntries: 1 }
    await withObject(object([own, user], []), () => {
      expect(showMap('own').btf_id).toBeUndefined()
      expect(showMap('AT_m').btf_id).toBeGreaterThan(0)
    })
  })

  test('a kernel without BTF gets the same maps and programs without it', async () => {
    const without = { disabledFeatures: ['btf'] }
    const use = () => expect(showMap('AT_m').btf_id).toBeUndefined()
    await withObject(object([user], [program('raw_tracepoint', END)]), use, without)
  })
})

describe('programs', () => {
  const script = ['BEGIN', '{', '  @calls[pid] = count();', '\tif (pid > 0) {', '    @last = "ünï";', '  }', '}', ''].join('\n')

  test('every line of a script stands above what it became', async () => {
    const { object: compiled } = compileScript(sourceText('/tmp/lines.bt', script), { typeSource: frozenTypeSource })
    await withObject(compiled!, () => {
      const quoted = [...dumpProgram().matchAll(/^; (.*) \[file:(.*) line_num:(\d+) line_col:(\d+)\]$/gm)].map((match) => match.slice(1))
      expect(new Set(quoted.map((parts) => parts.join('|')))).toEqual(
        new Set(['@calls[pid] = count();|/tmp/lines.bt|3|3', 'if (pid > 0) {|/tmp/lines.bt|4|2', '@last = "ünï";|/tmp/lines.bt|5|5']),
      )
    })
  })

  test('records of the ring buffer are described: an enum of their ids, a struct for each', async () => {
    const script = 'BEGIN { printf("%d %s\\n", pid, comm); exit(); }'
    const { object: compiled } = compileScript(sourceText('r.bt', script), { typeSource: frozenTypeSource })
    await withObject(compiled!, () => {
      const types = dumpBtf()
      const [print, end] = ['record_0_printf', 'record_1_exit'].map((name) => types.find((type) => type.name === name))
      expect(types.find((type) => type.name === 'record_id')?.values).toEqual([
        { name: 'RECORD_0_PRINTF', val: 0 },
        { name: 'RECORD_1_EXIT', val: 1 },
      ])
      expect(print?.members?.map(({ name, bits_offset }) => [name, bits_offset])).toEqual([
        ['id', 0],
        ...compiled!.records[0]!.layout.fields.map(({ name, offset }) => [name, offset * 8]),
      ])
      expect(end?.members).toHaveLength(2)
    })
  })

  test('functions and callbacks have their names', async () => {
    const instructions = [
      ...[mov64(1, immediate(3)), loadFunction(2, 9), mov64(3, register(10)), mov64(4, immediate(0)), call('loop')],
      ...[mov64(1, immediate(5)), callFunction(1), exit()],
      ...[mov64(0, register(1)), exit()],
      ...[mov64(0, immediate(0)), exit()],
    ]
    const functions = [
      { name: 'main', start: 0, parameterCount: 1 },
      { name: 'same', start: 9, parameterCount: 1 },
      { name: 'every time', start: 11, parameterCount: 2 },
    ]
    const spanned = instructions.map((instruction, index) => ({ ...instruction, span: { start: index, end: index + 1 } }))
    const spec: ProgramSpec = { ...program('raw_tracepoint', spanned), functions, source: sourceText('f.bt', 'abcdefghijklmnop') }
    await withObject(object([], [spec]), (loaded) => {
      expect(loaded.run('test')).toBe(5)
      const listing = dumpProgram()
      expect(listing).toMatch(/^int32 main\(struct bpf_raw_tracepoint_args \* ctx\):$/m)
      expect(listing).toMatch(/^uint64 same\(union bpf_register r1\):$/m)
      expect(listing).toMatch(/^uint64 every_time\(union bpf_register r1, union bpf_register r2\):$/m)
      expect(listing).toMatch(/every_time\(.*\n; abc.* line_col:11\]\n/)
    })
  })

  test('a program that calls functions nobody has named loads without', async () => {
    const calls = program('raw_tracepoint', [mov64(1, immediate(5)), callFunction(1), exit(), mov64(0, register(1)), exit()])
    await withObject(object([], [calls]), (loaded) => expect(loaded.run('test')).toBe(5))
  })

  test('of a line too long to quote the place is shown', async () => {
    const minified = `${'a;'.repeat(5000)}probe();${'b;'.repeat(5000)}`
    const span = { start: 10_000, end: 10_007 }
    const spec = {
      ...program(
        'raw_tracepoint',
        END.map((one) => ({ ...one, span })),
      ),
      source: sourceText('min.js', minified),
    }
    await withObject(object([], [spec]), () =>
      expect(dumpProgram()).toMatch(/^; (a;){30}probe\(\);(b;){66} \[file:min\.js line_num:1 line_col:1023\]$/m),
    )
  })

  test("the verifier's log quotes the source", () => {
    const source = sourceText('dir/trace.bt', 'kprobe:x\n{\n  @x = arg9;\n}\n')
    const wrong = [{ ...load(0, { base: 3, offset: 0, bytes: 8 }), span: { start: 18, end: 22 } }, exit()]
    const load_ = () => createKernelExecutor().load(object([], [{ ...program('kprobe', wrong), source }]), { constants: new Map() })
    expect(load_).toThrow(expect.objectContaining({ log: expect.stringMatching(/^; @x = arg9;( @ trace\.bt:3)?$/m) }))
  })
})

test('the kernel takes the BTF of every script of the conformance cases', () => {
  const folder = 'testdata/output-conformance'
  const cases = readdirSync(folder).flatMap((file) => parseCases(`${folder}/${file}`, readFileSync(`${folder}/${file}`, 'latin1')))
  const objects = cases.flatMap(
    ({ program: text }) => compileScript(sourceText('case.bt', text), { typeSource: frozenTypeSource }).object ?? [],
  )
  expect(objects.length).toBeGreaterThan(150)
  const features = kernelFeatures()
  for (const each of objects) {
    const btf = loadBtf(each, features)
    expect(btf, each.programs[0]?.source.text ?? '').toBeDefined()
    btf?.fd.close()
  }
})

describe('a TypeScript program', () => {
  const target = useRunningTarget('pie')

  test('has its own lines and its own field names', async () => {
    const seen = array(struct({ round: u64, thread: u32 }), 1)
    const probe = uprobe(target.path, 'work', ({ tid, arg }) => {
      seen.set(0, { round: arg(0), thread: tid }) // this line
    })
    const session = await trace({ seen, probe })
    try {
      await target.rounds(1)
      expect(dumpMap('seen')).toEqual([{ key: 0, value: { round: expect.any(Number), thread: target.pid } }])
      expect(dumpProgram()).toMatch(
        /^; seen\.set\(0, \{ round: arg\(0\), thread: tid \}\) \/\/ this line \[file:.*btf\.test\.ts line_num:\d+ line_col:7\]$/m,
      )
    } finally {
      await session.close()
    }
  })
})
