import { expect, test } from 'vitest'
import { counterMap, END, object, program } from '../../../test/support/programs.ts'
import { sourceText } from '../../base/source-text.ts'
import { callFunction } from '../../format/asm/construct.ts'
import { Btf } from '../../format/btf/btf.ts'
import type { MapSpec } from '../map-spec.ts'
import { INT64, UINT8 } from '../types/type.ts'
import { identifier } from './identifier.ts'
import { describeObject } from './object-btf.ts'
import { quoteLine } from './quote-line.ts'

const hash: MapSpec = { name: '@h', kind: 'hash', keySize: 8, valueSize: 1, maxEntries: 1, types: { key: INT64, value: UINT8 } }

test('maps that nothing is known of are left out; an object of those alone has no BTF', () => {
  const described = describeObject(object([counterMap('own'), hash], []))!
  expect([...described.maps.keys()]).toEqual(['@h'])
  const btf = new Btf(described.bytes, 'test')
  const { key, value } = described.maps.get('@h')!
  expect([btf.type(key), btf.type(value)]).toMatchObject([
    { name: 'int64', size: 8 },
    { name: 'uint8', size: 1 },
  ])
  expect(describeObject(object([counterMap('own')], []))).toBeUndefined()
})

test('a program that calls functions nobody has named is left out', () => {
  const calls = program('kprobe', [callFunction(1), ...END, ...END])
  expect(describeObject(object([], [calls]))).toBeUndefined()
})

test('lines: one record where the place changes, and one at the start of each function', () => {
  const source = sourceText('a.bt', 'first\n  second\n')
  const at = (offset: number) => ({ start: offset, end: offset + 1 })
  const [zero, exit] = END as [(typeof END)[0], (typeof END)[0]]
  const instructions = [zero, { ...zero, span: at(0) }, { ...exit, span: at(0) }, zero, { ...exit, span: at(8) }, zero, exit]
  const functions = [0, 3, 5].map((start, index) => ({ name: `f${index}`, start, parameterCount: 1 }))
  const { programs } = describeObject(object([], [{ ...program('kprobe', instructions), source, functions }]))!
  const words = [...new Uint32Array(programs.get('test')!.lines.buffer)]
  const records = [0, 4, 8].map((from) => ({ slot: words[from], place: words[from + 3]! }))
  expect(words).toHaveLength(12)
  expect(records.map(({ slot, place }) => [slot, place >>> 10, place & 1023])).toEqual([
    [0, 1, 1],
    [3, 2, 3],
    [5, 0, 0],
  ])
})

test.for([
  ['@', 'AT_'],
  ['uprobe:/bin/x:f', 'uprobe__bin_x_f'],
  ['1st', '_1st'],
  ['größe', 'gr__e'],
  ['', '_'],
])('identifier of %s: %s', ([name, expected]) => expect(identifier(name!)).toBe(expected))

test('a long line is cut around the place', () => {
  const source = sourceText('a.js', `${'x'.repeat(1000)}HERE${'y'.repeat(20)}`)
  expect(quoteLine(source, { line: 1, column: 1001 })).toMatch(/^x{176}HEREy{20}$/)
  expect(quoteLine(source, { line: 1, column: 1 })).toBe('x'.repeat(200))
})
