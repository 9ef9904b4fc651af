/**
 * Decoding and writers against what bpftrace printed (testdata/output-conformance), for all cases that are plain enough to be carried
 * out without front-end and kernel. The whole files are run end to end by test/cases.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createWriter } from '../../src/output/create-writer.ts'
import type { Value } from '../../src/spec/value.ts'
import { parseCases } from '../support/case-file.ts'
import { SimulatedMap } from './simulated-map.ts'
import { runSimulated } from './simulated-script.ts'

const FOLDER = join(import.meta.dirname, '../../testdata/output-conformance')

/** How many cases of each file are plain enough to be simulated: fewer means that a test no longer tests. */
const SIMULATED: Readonly<Record<string, number>> = {
  'aggregations.txt': 10,
  'clear-zero-delete.txt': 4,
  'differences.txt': 3,
  'hist.txt': 16,
  'json-differences.txt': 2,
  'json.txt': 17,
  'lhist.txt': 10,
  'maps.txt': 14,
  'print-values.txt': 3,
  'printf-integers.txt': 18,
  'printf-strings.txt': 12,
}

describe.each(Object.entries(SIMULATED))('what bpftrace printed: %s', (file, expected) => {
  const cases = parseCases(file, readFileSync(join(FOLDER, file), 'latin1')).flatMap((item) => {
    const run = runSimulated(item.program, item.args.includes('json') ? 'json' : 'text')
    return run === undefined ? [] : [{ ...item, run }]
  })

  test.each(cases)('$name', ({ run, expect: stdout }) => {
    expect(run).toEqual({ stdout, stderr: '' })
  })

  test(`${expected} cases or more are tested`, () => {
    expect(cases.length).toBeGreaterThanOrEqual(expected)
  })
})

test('bars of every length are cut as bpftrace cuts them, in single precision', () => {
  const cases = parseCases('lhist.txt', readFileSync(join(FOLDER, 'lhist.txt'), 'latin1'))
  const recorded = cases.find((item) => item.name === 'bars in single precision')
  const operands = (n: number): Value[] => [n, 0, 60, 1].map((value) => ({ kind: 'int', value: BigInt(value), signed: true }))
  const map = SimulatedMap.create('@', undefined, 'lhist', operands(1))!
  for (let i = 1; i < 60; i++) for (let j = 0; j < i; j++) map.update(undefined, operands(i))
  const out: string[] = []
  const sink = { write: (text: string) => out.push(text) }
  createWriter('text', { out: sink, err: sink, escapeControls: false }).map(map.contents({}))
  expect(`\n\n${out.join('')}`).toBe(recorded?.expect)
})

test('every case file can be read', () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.txt'))
  const cases = files.flatMap((name) => parseCases(name, readFileSync(join(FOLDER, name), 'latin1')).map((item) => `${name}: ${item.name}`))
  expect(new Set(cases).size).toBe(cases.length)
  expect(cases.length).toBeGreaterThan(100)
})
