import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromByteString, toByteString } from '../spec/byte-string.ts'
import type { MapContents, Value } from '../spec/value.ts'
import { createWriter } from './create-writer.ts'
import { jsonString } from './json-value.ts'
import type { OutputWriter } from './output-writer.ts'

const int = (value: bigint): Value => ({ kind: 'int', value, signed: true })
const text = (value: string, truncated = false): Value => ({ kind: 'string', value, truncated })

function written(act: (writer: OutputWriter) => void, escapeControls = false): { out: string; err: string } {
  const out: string[] = []
  const err: string[] = []
  act(createWriter('json', { out: { write: (t) => out.push(t) }, err: { write: (t) => err.push(t) }, escapeControls }))
  return { out: out.join(''), err: err.join('') }
}

function map(shape: MapContents['shape'], entries: MapContents['entries'], assigned = true): MapContents {
  return { name: '@m', keyed: entries[0]?.key !== undefined, shape, assigned, entries }
}

const histogram: Value = {
  kind: 'histogram',
  scale: 'linear',
  step: 5n,
  buckets: [
    { max: -1n, count: 1n },
    { min: 0n, max: 4n, count: 2n },
    { min: 5n, count: 3n },
  ],
}

describe('one object a line', () => {
  test.each<[string, (writer: OutputWriter) => void, string]>([
    ['probes', (writer) => writer.attachedProbes(2), '{"type": "attached_probes", "count": 2, "data": {"probes": 2}}'],
    [
      'a full map',
      (writer) => writer.droppedUpdates(['@a']),
      '{"type": "helper_error", "msg": "Map full; can\'t update element. Try increasing max_map_keys config (full: @a)", "helper": "map_update_elem", "retcode": -7}',
    ],
    ['losses', (writer) => writer.lostEvents(5n), '{"type": "lost_events", "count": 5, "data": {"events": 5}}'],
    ['time', (writer) => writer.time('12:00\n'), '{"type": "time", "data": "12:00\\n"}'],
    [
      'printf',
      (writer) => writer.printf([{ kind: 'text', text: 'say "hi"\\\n' }], []),
      '{"type": "printf", "data": "say \\"hi\\"\\\\\\n"}',
    ],
    ['a value', (writer) => writer.value(int(-1n)), '{"type": "value", "data": -1}'],
    ['a map', (writer) => writer.map(map('plain', [{ value: text('x y') }])), '{"type": "map", "data": {"@m": "x y"}}'],
    [
      'a map by key',
      (writer) =>
        writer.map(
          map('plain', [
            { key: text('b'), value: int(1n) },
            { key: text('a'), value: int(2n) },
          ]),
        ),
      '{"type": "map", "data": {"@m": {"b": 1, "a": 2}}}',
    ],
    ['averages', (writer) => writer.map(map('average', [{ value: int(4n) }])), '{"type": "stats", "data": {"@m": 4}}'],
    [
      'stats',
      (writer) => writer.map(map('stats', [{ value: { kind: 'stats', count: 1n, average: 2n, total: 3n, signed: true } }])),
      '{"type": "stats", "data": {"@m": {"count": 1, "average": 2, "total": 3}}}',
    ],
    [
      'a histogram',
      (writer) => writer.map(map('histogram', [{ value: histogram }])),
      '{"type": "hist", "data": {"@m": [{"max": -1, "count": 1},{"min": 0, "max": 4, "count": 2},{"min": 5, "count": 3}]}}',
    ],
    [
      'histograms by key',
      (writer) => writer.map(map('histogram', [{ key: int(1n), value: { kind: 'histogram', scale: 'log2', buckets: [] } }])),
      '{"type": "hist", "data": {"@m": {"1": []}}}',
    ],
  ])('%s', (_name, act, line) => {
    expect(written(act)).toEqual({ out: `${line}\n`, err: '' })
    expect(() => JSON.parse(fromByteString(written(act).out))).not.toThrow()
  })

  test('nothing for an empty map, and at exit for one that was never assigned', () => {
    const act = (writer: OutputWriter): void => {
      writer.map(map('plain', []))
      writer.mapAtExit(map('plain', [{ value: int(0n) }], false))
      writer.endOfProgram()
    }
    expect(written(act)).toEqual({ out: '', err: '' })
  })

  test('the total of losses is a warning', () => {
    expect(written((writer) => writer.totalLostEvents(7n))).toEqual({ out: '', err: 'WARNING: Total lost event count: 7\n' })
  })
})

describe('values', () => {
  test.each<[string, Value, string]>([
    ['a large integer that a double holds', int(1n << 62n), '4611686018427387904'],
    ['one that it does not', int((1n << 53n) + 1n), '"9007199254740993"'],
    ['a pointer', { kind: 'pointer', value: 4096n }, '4096'],
    ['a bool', { kind: 'bool', value: false }, 'false'],
    ['a tuple', { kind: 'tuple', items: [int(1n), text('a'), { kind: 'tuple', items: [int(2n)] }] }, '[1,"a",[2]]'],
    [
      'a record',
      {
        kind: 'record',
        fields: [
          { name: 'a', value: int(1n) },
          { name: 'b', value: text('x') },
        ],
      },
      '{"a": 1, "b": "x"}',
    ],
    ['a function', { kind: 'symbol', name: 'main.doWork' }, '"main.doWork"'],
    ['text that was cut', text('abc', true), '"abc.."'],
    ['nothing', { kind: 'none' }, 'null'],
    ['control characters', text('\x01\t\r\x1f'), '"\\u0001\\t\\r\\u001f"'],
    ['UTF-8', text(toByteString('é→')), toByteString('"é→"')],
    ['bytes that are not', text('a\xff'), toByteString('"a\ufffd"')],
  ])('%s', (_name, value, json) => {
    expect(written((writer) => writer.value(value)).out).toBe(`{"type": "value", "data": ${json}}\n`)
  })

  test('keys lose parentheses and spaces', () => {
    const key: Value = { kind: 'tuple', items: [text('a b'), { kind: 'tuple', items: [int(1n), int(2n)] }] }
    expect(written((writer) => writer.map(map('plain', [{ key, value: int(1n) }]))).out).toContain('{"ab,(1,2)": 1}')
  })
})

describe('jsonString', () => {
  test('any text comes back from a JSON parser', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (input) => {
        const bytes = toByteString(input)
        expect(JSON.parse(fromByteString(jsonString(bytes)))).toBe(fromByteString(bytes))
      }),
    )
  })

  test('any bytes make valid JSON', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (array) => {
        const json = fromByteString(jsonString(String.fromCharCode(...array)))
        expect(typeof JSON.parse(json)).toBe('string')
      }),
    )
  })
})

test('on a terminal no control character is left raw', () => {
  const { out } = written((writer) => writer.value(text(`\x7f\x9b${toByteString('\u009b')}`)), true)
  expect(out).toBe(`{"type": "value", "data": "\\u007f${toByteString('\ufffd')}\\u009b"}\n`)
})
