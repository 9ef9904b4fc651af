import { describe, expect, test } from 'vitest'
import type { HistogramBucket, MapContents, Value } from '../spec/value.ts'
import { createWriter } from './create-writer.ts'
import type { OutputWriter } from './output-writer.ts'

const int = (value: bigint): Value => ({ kind: 'int', value, signed: true })
const text = (value: string): Value => ({ kind: 'string', value, truncated: false })

/** What a writer wrote to its two streams. */
function written(act: (writer: OutputWriter) => void, escapeControls = false): { out: string; err: string } {
  const out: string[] = []
  const err: string[] = []
  act(createWriter('text', { out: { write: (t) => out.push(t) }, err: { write: (t) => err.push(t) }, escapeControls }))
  return { out: out.join(''), err: err.join('') }
}

function map(entries: MapContents['entries'], rest: Partial<MapContents> = {}): MapContents {
  return { name: '@m', keyed: entries[0]?.key !== undefined, shape: 'plain', assigned: true, entries, ...rest }
}

describe('what is said about the run goes to stderr', () => {
  test.each<[string, (writer: OutputWriter) => void, string]>([
    ['one probe', (writer) => writer.attachedProbes(1), 'Attached 1 probe\n'],
    ['several', (writer) => writer.attachedProbes(12), 'Attached 12 probes\n'],
    ['none', (writer) => writer.attachedProbes(0), 'Attached 0 probes\n'],
    ['losses', (writer) => writer.lostEvents(3n), 'Lost 3 events\n'],
    [
      'a full map',
      (writer) => writer.droppedUpdates(['@a', '@b']),
      "WARNING: Map full; can't update element. Try increasing max_map_keys config (full: @a, @b)\n",
    ],
    [
      'updates dropped by a map that has room by now',
      (writer) => writer.droppedUpdates([]),
      "WARNING: Map full; can't update element. Try increasing max_map_keys config\n",
    ],
    ['dropped updates in all', (writer) => writer.totalDroppedUpdates(7n), 'WARNING: Total dropped map update count: 7\n'],
    ['losses in all', (writer) => writer.totalLostEvents(7n), 'WARNING: Total lost event count: 7\n'],
  ])('%s', (_name, act, err) => {
    expect(written(act)).toEqual({ out: '', err })
  })
})

describe('values', () => {
  test.each<[string, Value, string]>([
    ['an integer', int(-5n), '-5'],
    ['a string', text('a "b"'), 'a "b"'],
    ['a bool', { kind: 'bool', value: true }, 'true'],
    ['a pointer', { kind: 'pointer', value: 255n }, '0xff'],
    ['a nested tuple', { kind: 'tuple', items: [int(1n), { kind: 'tuple', items: [int(2n), text('x')] }] }, '(1, (2, x))'],
    ['a record', { kind: 'record', fields: [{ name: 'x', value: int(1n) }] }, '{ .x = 1 }'],
    ['an empty record', { kind: 'record', fields: [] }, '{}'],
    ['stats', { kind: 'stats', count: 2n, average: -2n, total: -5n, signed: true }, '{ .count = 2, .average = -2, .total = -5 }'],
    ['nothing', { kind: 'none' }, 'null'],
  ])('%s', (_name, value, out) => {
    expect(written((writer) => writer.value(value))).toEqual({ out: `${out}\n`, err: '' })
  })
})

describe('maps', () => {
  test('without key', () => {
    expect(written((writer) => writer.map(map([{ value: int(5n) }]))).out).toBe('@m: 5\n')
  })

  test('a tuple key loses its parentheses, one within keeps them', () => {
    const key: Value = { kind: 'tuple', items: [int(1n), { kind: 'tuple', items: [int(2n), text('x')] }] }
    expect(written((writer) => writer.map(map([{ key, value: int(5n) }]))).out).toBe('@m[1, (2, x)]: 5\n')
  })

  test('never assigned: printed, but not at exit', () => {
    const contents = map([{ value: int(0n) }], { assigned: false })
    expect(written((writer) => writer.map(contents)).out).toBe('@m: 0\n')
    expect(written((writer) => writer.mapAtExit(contents)).out).toBe('')
  })

  test('two empty lines stand before the maps that are left', () => {
    const act = (writer: OutputWriter): void => {
      writer.time('12:00\n')
      writer.endOfProgram()
      writer.mapAtExit(map([{ key: text('k'), value: int(1n) }]))
    }
    expect(written(act).out).toBe('12:00\n\n\n@m[k]: 1\n')
  })

  test('on a terminal keys, values and function names cannot drive it', () => {
    const entries = [{ key: text('\x1b[2J'), value: { kind: 'symbol', name: 'f\x07' } as const }]
    expect(written((writer) => writer.map(map(entries)), true).out).toBe('@m[\\x1b[2J]: f\\x07\n')
  })
})

describe('histograms', () => {
  const lines = (scale: 'log2' | 'linear', buckets: readonly HistogramBucket[], step?: bigint): string[] => {
    const value: Value = { kind: 'histogram', scale, buckets, ...(step === undefined ? {} : { step }) }
    const { out } = written((writer) => writer.map(map([{ value }], { shape: 'histogram' })))
    expect(out.startsWith('@m:\n') && out.endsWith('\n\n')).toBe(true)
    return out.split('\n').slice(1, -2)
  }
  const label = (scale: 'log2' | 'linear', min?: bigint, max?: bigint, step?: bigint): string =>
    lines(scale, [{ count: 1n, ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) }], step)[0]!
      .slice(0, 16)
      .trimEnd()

  test('a line: label, count, bar', () => {
    const [line] = lines('log2', [{ min: 2n, max: 3n, count: 1n }])
    expect(line).toBe(`[2, 4)                 1 |${'@'.repeat(52)}|`)
  })

  test('bars are in proportion, cut down', () => {
    const counts = [3n, 2n, 1n, 0n]
    const bars = lines(
      'log2',
      counts.map((count, i) => ({ min: BigInt(i), max: BigInt(i), count })),
    ).map((line) => line.split('@').length - 1)
    expect(bars).toEqual([52, 34, 17, 0])
  })

  test('all zero has no bars', () => {
    expect(lines('log2', [{ min: 1n, max: 1n, count: 0n }])).toEqual([`[1]                    0 |${' '.repeat(52)}|`])
  })

  test.each<[string, bigint | undefined, bigint | undefined, string]>([
    ['negative', undefined, -1n, '(..., 0)'],
    ['one value', 5n, 5n, '[5]'],
    ['a power of two', 4n, 7n, '[4, 8)'],
    ['up to 1K', 512n, 1023n, '[512, 1K)'],
    ['from 1K', 1024n, 2047n, '[1K, 2K)'],
    ['up to 1M', 524288n, 1048575n, '[512K, 1M)'],
    ['exa', 1n << 62n, (1n << 63n) - 1n, '[4E, 8E)'],
    ['quarters keep their scale', 896n, 1023n, '[896, 1024)'],
    ['quarters above 1K', 1024n, 1279n, '[1024, 1280)'],
    ['the last quarter below 4K', 3584n, 4095n, '[3584, 4K)'],
    ['quarters above 4K', 4096n, 5119n, '[4K, 5K)'],
  ])('log2 label: %s', (_name, min, max, expected) => {
    expect(label('log2', min, max)).toBe(expected)
  })

  test.each<[string, bigint | undefined, bigint | undefined, bigint, string]>([
    ['below', undefined, 4n, 2n, '(..., 5)'],
    ['a step', 5n, 6n, 2n, '[5, 7)'],
    ['a step of one', 3n, 3n, 1n, '[3]'],
    ['above', 10n, undefined, 2n, '[10, ...)'],
    ['zero has no unit', 0n, 1023n, 1024n, '[0, 1K)'],
    ['kibi', 4096n, 5119n, 1024n, '[4K, 5K)'],
    ['mebi and kibi', 1048576n, 1572863n, 524288n, '[1M, 1536K)'],
    ['open ends in kibi', 10240n, undefined, 1024n, '[10K, ...)'],
    ['no unit when the step has none', 1024n, 1033n, 10n, '[1024, 1034)'],
    ['no unit when the bound has none', 2024n, 3047n, 1024n, '[2024, 3048)'],
  ])('linear label: %s', (_name, min, max, step, expected) => {
    expect(label('linear', min, max, step)).toBe(expected)
  })
})
