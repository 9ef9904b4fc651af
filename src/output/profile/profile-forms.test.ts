/**
 * The forms of a profile, each read back: folded text and differences, pprof by its own decoder, speedscope as JSON, and maps as profiles.
 */
import { Profile as PprofProfile } from 'pprof-format'
import { describe, expect, test } from 'vitest'
import type { MapView } from '../../spec/map-spec.ts'
import type { Profile } from '../../spec/profile.ts'
import type { Frame, Value } from '../../spec/value.ts'
import { diff, fold, foldedText } from './fold.ts'
import { toPprof } from './pprof.ts'
import { profileOfMaps } from './profile-of-maps.ts'
import { speedscopeText } from './speedscope.ts'

/** `leaf+4` of /bin/p, at an address of its own for each offset. */
const frame = (text: string): Frame => {
  const [symbol = '', offset = '0'] = text.split('+')
  return { symbol, offset: BigInt(offset), address: BigInt(symbol.length * 0x1000) + BigInt(offset), path: '/bin/p' }
}
const sample = (stack: string, ...values: number[]) => ({
  frames: stack === '' ? [] : stack.split(' ').map(frame),
  values: values.map(BigInt),
})
const profileOf = (...samples: Profile['samples']): Profile => ({ valueTypes: [{ type: 'samples', unit: 'count' }], samples })

describe('fold', () => {
  test.each<[string, Profile, string]>([
    ['adds up what differs in offsets only', profileOf(sample('leaf+1 main', 2), sample('leaf+9 main', 3)), 'main;leaf 5\n'],
    ['sorts, and leaves out zeros', profileOf(sample('b', 1), sample('a', 1), sample('c', 0)), 'a 1\nb 1\n'],
    [
      'names files and the unknown',
      profileOf({
        frames: [{ address: 1n, path: '/lib/libc.so.6' }, { address: 2n, path: '/lib/libc.so.6' }, { address: 3n }],
        values: [1n],
      }),
      '[unknown];[libc.so.6];[libc.so.6] 1\n',
    ],
    ['an empty stack is not nothing', profileOf(sample('', 4)), '[unknown] 4\n'],
    ['names keep their frame and line', profileOf({ frames: [{ address: 1n, symbol: 'a;b\nc d' }], values: [1n] }), 'a:b c d 1\n'],
    [
      'text labels in front',
      profileOf({
        ...sample('main', 1),
        labels: [
          { name: 'comm', value: 'p' },
          { name: 'pid', value: 7n },
        ],
      }),
      'p;main 1\n',
    ],
  ])('%s', (_, profile, text) => {
    expect(foldedText(fold(profile))).toBe(text)
  })

  test('by another of the values', () => {
    expect(fold(profileOf(sample('a', 1, 0), sample('b', 0, 5)), 1)).toEqual([{ stack: 'b', value: 5n }])
  })
})

test('diff: both numbers of every stack, the largest change first', () => {
  const before = fold(profileOf(sample('a', 5), sample('gone', 2), sample('same', 3)))
  const after = fold(profileOf(sample('a', 1), sample('new', 4), sample('same', 3)))
  expect(foldedText(diff(before, after))).toBe('a 5 1\nnew 0 4\ngone 2 0\nsame 3 3\n')
})

describe('pprof', () => {
  test('locations by address, functions by name, files once', async () => {
    const bytes = await toPprof(profileOf(sample('leaf+1 main+2', 2), sample('leaf+9 main+2', 3)), { endNs: 1000n, durationNs: 400n })
    const read = PprofProfile.decode(bytes)
    const text = (index: number | bigint) => read.stringTable.strings[Number(index)]
    expect(read.location.map(({ address }) => Number(address))).toEqual([0x4001, 0x4002, 0x4009])
    expect(read.function.map(({ name }) => text(name))).toEqual(['leaf', 'main'])
    expect(read.mapping.map(({ filename }) => text(filename))).toEqual(['/bin/p'])
    expect(read.sample.map(({ locationId, value }) => [locationId.map(Number), value.map(Number)])).toEqual([
      [[1, 2], [2]],
      [[3, 2], [3]],
    ])
    expect([read.timeNanos, read.durationNanos].map(Number)).toEqual([600, 400])
  })

  test('lines, and inlined calls in the location of the function that they are in', async () => {
    const place = { address: 0x10n, path: '/bin/p', file: '/src/p.c' }
    const frames: Frame[] = [
      { ...place, symbol: 'small', line: 3, inlined: true },
      { ...place, symbol: 'leaf', offset: 4n, line: 9 },
      { ...place, address: 0x20n, symbol: 'main', offset: 8n, line: 12 },
    ]
    const read = PprofProfile.decode(await toPprof(profileOf({ frames, values: [1n] })))
    const text = (index: number | bigint) => read.stringTable.strings[Number(index)]
    const functionOf = (id: number | bigint) => read.function.find((one) => Number(one.id) === Number(id))
    const lines = read.location.map(({ line }) =>
      line.map((one) => [text(functionOf(one.functionId)?.name ?? 0), text(functionOf(one.functionId)?.filename ?? 0), Number(one.line)]),
    )
    expect(lines).toEqual([
      [
        ['small', '/src/p.c', 3],
        ['leaf', '/src/p.c', 9],
      ],
      [['main', '/src/p.c', 12]],
    ])
    expect(read.sample[0]?.locationId.map(Number)).toEqual([1, 2])
    expect(read.mapping[0]).toMatchObject({ hasInlineFrames: true, hasLineNumbers: true })
  })

  test('labels, names beyond ASCII, addresses without a name', async () => {
    const bytes = await toPprof({
      valueTypes: [{ type: 'samples', unit: 'count' }],
      samples: [
        {
          frames: [{ address: 0xffff_ffff_8100_0000n }, { address: 1n, symbol: 'gr\xc3\xbcn' }],
          labels: [
            { name: 'comm', value: 'p' },
            { name: 'pid', value: 7n },
          ],
          values: [(1n << 63n) - 1n],
        },
      ],
    })
    const read = PprofProfile.decode(bytes)
    const text = (index: number | bigint) => read.stringTable.strings[Number(index)]
    expect(read.function.map(({ name }) => text(name))).toEqual(['grün'])
    expect(read.location[0]).toMatchObject({ address: 0xffff_ffff_8100_0000n, line: [] })
    const [only] = read.sample
    expect(only?.label.map(({ key, str, num }) => [text(key), text(str), Number(num)])).toEqual([
      ['comm', 'p', 0],
      ['pid', '', 7],
    ])
    expect(only?.value).toEqual([(1n << 63n) - 1n])
  })
})

test('speedscope: one table of frames, outermost first', () => {
  const { shared, profiles } = JSON.parse(speedscopeText(profileOf(sample('leaf main', 2), sample('main', 1), sample('other', 0))))
  expect(shared.frames).toEqual([
    { name: 'leaf', file: '/bin/p' },
    { name: 'main', file: '/bin/p' },
    { name: 'other', file: '/bin/p' },
  ])
  expect(profiles).toEqual([
    { type: 'sampled', name: 'samples', unit: 'none', startValue: 0, endValue: 3, samples: [[1, 0], [1]], weights: [2, 1] },
  ])
})

describe('maps as a profile', () => {
  const count: MapView['value'] = { kind: 'aggregation', aggregation: { kind: 'count' } }
  const stats: MapView['value'] = { kind: 'aggregation', aggregation: { kind: 'stats', signed: true } }
  const stack = (space: 'kernel' | 'user', text: string): Value => ({
    kind: 'stack',
    mode: 'bpftrace',
    space,
    frames: text.split(' ').map(frame),
  })
  const map = (view: Pick<MapView, 'name' | 'value' | 'keyNames'>, ...entries: { key: Value; value: Value }[]) => ({
    view: { storage: 'entries', perCpu: true, ...view } as const,
    contents: { name: view.name, keyed: true, assigned: true, shape: 'plain', entries } as const,
  })
  const int = (value: number): Value => ({ kind: 'int', value: BigInt(value), signed: true })

  test('stacks of the kernel lie on those of the program; the rest of the key is labels', () => {
    const comm: Value = { kind: 'string', value: 'p', truncated: false }
    const key: Value = { kind: 'tuple', items: [comm, stack('user', 'write main'), stack('kernel', 'vfs_write'), int(3)] }
    const profile = profileOfMaps([map({ name: '@', value: count, keyNames: ['comm', undefined, undefined] }, { key, value: int(5) })])
    expect(foldedText(fold(profile))).toBe('p;main;write;vfs_write 5\n')
    expect(profile.samples[0]?.labels).toEqual([
      { name: 'comm', value: 'p' },
      { name: 'key4', value: 3n },
    ])
  })

  test('each map has its own kinds of numbers', () => {
    const profile = profileOfMaps([
      map({ name: '@', value: count }, { key: stack('user', 'a'), value: int(1) }),
      map(
        { name: '@bytes', value: stats },
        { key: stack('user', 'a'), value: { kind: 'stats', count: 2n, average: 3n, total: 6n, signed: true } },
      ),
    ])
    expect(profile.valueTypes.map(({ type }) => type)).toEqual(['samples', 'bytes_count', 'bytes_total'])
    expect(profile.samples.map(({ values }) => values)).toEqual([
      [1n, 0n, 0n],
      [0n, 2n, 6n],
    ])
  })
})
