import { describe, expect, test } from 'vitest'
import { type PrintLimits, readMapContents } from './map-contents.ts'
import type { Aggregation, MapView } from './map-spec.ts'
import type { RawEntry } from './reduce.ts'
import { INT64, type Type, UINT64 } from './types/type.ts'
import type { MapContents, Value } from './value.ts'

const names = { sites: new Map<bigint, string>() }
const pair: Type = { kind: 'tuple', fields: [INT64, { kind: 'string', size: 8 }] }

/** Little-endian u64s one after another. */
function words(...values: bigint[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 8)
  const view = new DataView(bytes.buffer)
  for (const [i, value] of values.entries()) view.setBigUint64(i * 8, BigInt.asUintN(64, value), true)
  return bytes
}

function bucketKey(index: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(index).buffer)
}

function cell(aggregation: Aggregation, presentOffset: number): MapView {
  return { name: '@m', storage: 'cell', perCpu: true, value: { kind: 'aggregation', aggregation }, presentOffset }
}

function keyed(aggregation: Aggregation, key: Type = INT64): MapView {
  const storage = aggregation.kind === 'hist' || aggregation.kind === 'lhist' ? 'entries-buckets' : 'entries'
  return { name: '@m', storage, perCpu: true, key, value: { kind: 'aggregation', aggregation } }
}

function plain(type: Type, key?: Type): MapView {
  const value = { kind: 'plain', type } as const
  if (key === undefined) return { name: '@m', storage: 'cell', perCpu: false, value, presentOffset: 8 }
  return { name: '@m', storage: 'entries', perCpu: false, key, value }
}

function read(view: MapView, entries: readonly RawEntry[], limits: PrintLimits = {}): MapContents {
  return readMapContents(view, entries, { names, ...limits })
}

/** The one value of a map without key. */
function readOne(view: MapView, ...values: Uint8Array[]): { value: Value | undefined; assigned: boolean } {
  const { entries, assigned } = read(view, [{ key: new Uint8Array(4), values }])
  return { value: entries[0]?.value, assigned }
}

/** Keys and values of integer maps as numbers. */
function numbers(contents: MapContents): (readonly [bigint, bigint])[] {
  return contents.entries.map(({ key, value }) => [
    key?.kind === 'int' ? key.value : -999n,
    value.kind === 'int' ? value.value : value.kind === 'stats' ? value.average : -999n,
  ])
}

const int = (value: bigint, signed: boolean): Value => ({ kind: 'int', value, signed })

describe('aggregations without key, over two CPUs', () => {
  test.each<[string, Aggregation, [bigint, bigint], [bigint, bigint], Value]>([
    ['count adds', { kind: 'count' }, [3n, 1n], [4n, 1n], int(7n, false)],
    ['sum adds with sign', { kind: 'sum', signed: true }, [-5n, 1n], [2n, 1n], int(-3n, true)],
    ['sum wraps without', { kind: 'sum', signed: false }, [-1n, 1n], [2n, 1n], int(1n, false)],
    ['min of CPUs that have one', { kind: 'min', signed: true }, [0n, 0n], [7n, 1n], int(7n, true)],
    ['min with sign', { kind: 'min', signed: true }, [3n, 1n], [-7n, 1n], int(-7n, true)],
    ['min without sign', { kind: 'min', signed: false }, [3n, 1n], [-7n, 1n], int(3n, false)],
    ['max of negative ones', { kind: 'max', signed: true }, [-9n, 1n], [0n, 0n], int(-9n, true)],
    ['max without sign', { kind: 'max', signed: false }, [3n, 1n], [-1n, 1n], int((1n << 64n) - 1n, false)],
    ['avg truncates', { kind: 'avg', signed: false }, [5n, 1n], [2n, 1n], int(3n, false)],
    ['avg truncates towards zero', { kind: 'avg', signed: true }, [-7n, 1n], [2n, 1n], int(-2n, true)],
    ['stats', { kind: 'stats', signed: true }, [-7n, 1n], [2n, 1n], { kind: 'stats', count: 2n, average: -2n, total: -5n, signed: true }],
  ])('%s', (_name, aggregation, first, second, value) => {
    expect(readOne(cell(aggregation, 8), words(...first), words(...second))).toEqual({ value, assigned: true })
  })
})

describe('presence of a map without key', () => {
  test('an unassigned cell has its zero value', () => {
    expect(readOne(plain(INT64), words(0n, 0n))).toEqual({ value: int(0n, true), assigned: false })
    expect(readOne(cell({ kind: 'stats', signed: true }, 16), words(0n, 0n, 0n))).toEqual({
      value: { kind: 'stats', count: 0n, average: 0n, total: 0n, signed: true },
      assigned: false,
    })
  })

  test('zero is a value', () => {
    expect(readOne(plain(INT64), words(0n, 1n))).toEqual({ value: int(0n, true), assigned: true })
  })

  test('one CPU that assigned is enough', () => {
    expect(readOne(cell({ kind: 'count' }, 8), words(0n, 0n), words(0n, 1n)).assigned).toBe(true)
  })

  test('what a CPU without the flag holds does not count', () => {
    expect(readOne(cell({ kind: 'sum', signed: false }, 8), words(5n, 0n), words(2n, 1n)).value).toEqual(int(2n, false))
  })

  test('a histogram without hits has no entry', () => {
    const view: MapView = { ...cell({ kind: 'hist', bits: 0 }, 0), storage: 'cell-buckets' }
    const contents = read(view, [{ key: bucketKey(3), values: [words(0n), words(0n)] }])
    expect(contents).toMatchObject({ assigned: false, keyed: false, entries: [] })
  })
})

describe('order', () => {
  const entries = [
    [1n, 5n],
    [2n, -1n],
    [3n, 2n],
  ].map(([key, value]) => ({ key: words(key!), values: [words(value!, 1n)] }))
  test.each<[string, MapView, bigint[]]>([
    ['signed integers', plain(INT64, INT64), [2n, 3n, 1n]],
    ['unsigned integers', plain(UINT64, INT64), [3n, 1n, 2n]],
    ['signed sums', keyed({ kind: 'sum', signed: true }), [2n, 3n, 1n]],
    ['min as unsigned', keyed({ kind: 'min', signed: true }), [3n, 1n, 2n]],
    ['max as unsigned', keyed({ kind: 'max', signed: true }), [3n, 1n, 2n]],
    ['averages with sign', keyed({ kind: 'avg', signed: true }), [2n, 3n, 1n]],
    ['stats by average', keyed({ kind: 'stats', signed: true }), [2n, 3n, 1n]],
  ])('%s ascend', (_name, view, keys) => {
    expect(numbers(read(view, entries)).map(([key]) => key)).toEqual(keys)
  })

  test('equal values go by key', () => {
    const same = [3n, 1n, -2n].map((key) => ({ key: words(key), values: [words(7n)] }))
    expect(numbers(read(plain(INT64, INT64), same)).map(([key]) => key)).toEqual([-2n, 1n, 3n])
  })

  test('strings go by key, tuples field by field', () => {
    const text = (value: string): Uint8Array => Uint8Array.from(value.padEnd(8, '\0'), (c) => c.charCodeAt(0))
    const rows: [bigint, string][] = [
      [2n, 'b'],
      [2n, 'a'],
      [-1n, 'z'],
    ]
    const contents = read(
      plain({ kind: 'string', size: 8 }, pair),
      rows.map(([n, name]) => ({ key: new Uint8Array([...words(n), ...text(name)]), values: [text('v')] })),
    )
    const keys = contents.entries.map(({ key }) => (key?.kind === 'tuple' ? key.items.map((item) => 'value' in item && item.value) : []))
    expect(keys).toEqual([
      [-1n, 'z'],
      [2n, 'a'],
      [2n, 'b'],
    ])
  })
})

describe('top and div', () => {
  const entries = [
    [1n, -7n],
    [2n, 20n],
    [3n, 9n],
  ].map(([key, value]) => ({ key: words(key!), values: [words(value!)] }))
  const view = plain(INT64, INT64)
  test.each<[string, PrintLimits, [bigint, bigint][]]>([
    [
      'top keeps the largest',
      { top: 2 },
      [
        [3n, 9n],
        [2n, 20n],
      ],
    ],
    [
      'a top beyond the size keeps all',
      { top: 9 },
      [
        [1n, -7n],
        [3n, 9n],
        [2n, 20n],
      ],
    ],
    [
      'no top, no div',
      { top: 0, divide: 0 },
      [
        [1n, -7n],
        [3n, 9n],
        [2n, 20n],
      ],
    ],
    [
      'div truncates towards zero',
      { divide: 2 },
      [
        [1n, -3n],
        [3n, 4n],
        [2n, 10n],
      ],
    ],
    ['both', { top: 1, divide: 10 }, [[2n, 2n]]],
  ])('%s', (_name, limits, expected) => {
    expect(numbers(read(view, entries, limits))).toEqual(expected)
  })

  test('div of stats divides the average only', () => {
    const stats = read(keyed({ kind: 'stats', signed: false }), [{ key: words(1n), values: [words(40n, 2n)] }], { divide: 2 })
    expect(stats.entries[0]?.value).toEqual({ kind: 'stats', count: 2n, average: 10n, total: 40n, signed: false })
  })
})

describe('histograms', () => {
  const hist: Aggregation = { kind: 'hist', bits: 0 }
  const lhist: Aggregation = { kind: 'lhist', min: 0n, max: 10n, step: 5n }

  test('without key: from the first bucket hit to the last, over CPUs', () => {
    const view: MapView = { ...cell(hist, 0), storage: 'cell-buckets' }
    const counts = [0n, 0n, 2n, 0n, 1n, 0n]
    const contents = read(
      view,
      counts.map((n, i) => ({ key: bucketKey(i), values: [words(n), words(n)] })),
    )
    expect(contents).toMatchObject({ shape: 'histogram', assigned: true })
    expect(contents.entries).toEqual([
      {
        value: {
          kind: 'histogram',
          scale: 'log2',
          buckets: [
            { min: 1n, max: 1n, count: 4n },
            { min: 2n, max: 3n, count: 0n },
            { min: 4n, max: 7n, count: 2n },
          ],
        },
      },
    ])
  })

  test('by key: gathered, ascending by hits; a zeroed one has no buckets', () => {
    const rows: [bigint, bigint, bigint][] = [
      [1n, 1n, 5n],
      [2n, 3n, 1n],
      [3n, 2n, 0n],
      [2n, 0n, 1n],
    ]
    const contents = read(
      keyed(lhist),
      rows.map(([key, bucket, count]) => ({ key: words(key, bucket), values: [words(count), words(0n)] })),
    )
    expect(contents.entries.map(({ key, value }) => [key, value.kind === 'histogram' && value.buckets])).toEqual([
      [int(3n, true), []],
      [
        int(2n, true),
        [
          { max: -1n, count: 1n },
          { min: 0n, max: 4n, count: 0n },
          { min: 5n, max: 9n, count: 0n },
          { min: 10n, count: 1n },
        ],
      ],
      [int(1n, true), [{ min: 0n, max: 4n, count: 5n }]],
    ])
  })

  test('div divides the counts of hist and leaves lhist alone', () => {
    const counts = (aggregation: Aggregation): unknown =>
      read(keyed(aggregation), [{ key: words(1n, 1n), values: [words(7n)] }], { divide: 2 }).entries.map(
        ({ value }) => value.kind === 'histogram' && value.buckets[0]?.count,
      )
    expect(counts(hist)).toEqual([3n])
    expect(counts(lhist)).toEqual([7n])
  })
})
