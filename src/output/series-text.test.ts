import { expect, test } from 'vitest'
import { seriesText } from './series-text.ts'

const MS = 1_000_000n

function series(intervalNs: bigint, ...points: readonly (readonly [startNs: bigint, value: bigint])[]) {
  const start = (ns: bigint) => `2026-01-31 23:59:5${ns / 1_000_000_000n}.${String(ns % 1_000_000_000n).padStart(9, '0')}`
  return { kind: 'series', intervalNs, points: points.map(([startNs, value]) => ({ startNs, start: start(startNs), value })) } as const
}

test('numbers on both sides of zero, with gaps, by milliseconds', () => {
  expect(seriesText(series(100n * MS, [9800n * MS, -20n], [10000n * MS - 100n * MS, -10n], [9900n * MS + 300n * MS, 10n]))).toContain('-20')
  expect(seriesText(series(100n * MS, [100n * MS, -20n], [400n * MS, 0n], [600n * MS, 10n]))).toBe(
    [
      '             -20                                                10',
      'hh:mm:ss.ms  |___________________________________________________|',
      '23:59:50.100 *                                  .                | -20',
      '23:59:50.200 |                                  .                | -',
      '23:59:50.300 |                                  .                | -',
      '23:59:50.400 |                                 *.                | 0',
      '23:59:50.500 |                                  .                | -',
      '23:59:50.600 |                                  .                * 10',
      '             v___________________________________________________v',
      '             -20                                                10',
      '',
      '',
    ].join('\n'),
  )
})

test('seconds, over midnight', () => {
  expect(
    seriesText(series(1000n * MS, [9000n * MS, 0n], [11000n * MS, 2n]))
      .split('\n')
      .slice(1, 5),
  ).toEqual([
    'hh:mm:ss |___________________________________________________|',
    '23:59:59 *                                                   | 0',
    '00:00:00 |                                                   | -',
    expect.stringMatching(/\* 2$/),
  ])
})

test('microseconds are written with their Greek letter, as bytes', () => {
  expect(
    seriesText(series(10_000n, [0n, 1n], [10_000n, 2n]))
      .split('\n')
      .slice(1, 3),
  ).toEqual([
    'hh:mm:ss.\xce\xbcs    |___________________________________________________|',
    '23:59:50.000000 *                                                   | 1',
  ])
})

test('no point', () => {
  expect(seriesText(series(1n))).toBe('<no data>\n')
})
