/**
 * Time series as text: a graph that runs down the screen, with a line for each interval.
 */
import type { SeriesPoint, Value } from '../spec/value.ts'

type Series = Extract<Value, { kind: 'series' }>

/** Columns of the graph, its borders included. */
const WIDTH = 53
const LAST = WIDTH - 1
const NO_DATA = '<no data>\n'
/** Where the time of day begins in a point's start, and digits of the fraction that every start has. */
const TIME_OF_DAY = 11
const DIGITS = 9

/** How times are written: by the length of the whole graph. `title` is bytes of UTF-8. */
const UNITS = [
  { fromNs: 1_000_000_000n, title: 'hh:mm:ss', digits: 0 },
  { fromNs: 1_000_000n, title: 'hh:mm:ss.ms', digits: 3 },
  { fromNs: 1000n, title: 'hh:mm:ss.\xce\xbcs', digits: 6 },
  { fromNs: 0n, title: 'hh:mm:ss.ns', digits: 9 },
] as const

/** The lines of a series, each with its line end, and an empty one behind a graph. */
export function seriesText({ points, intervalNs }: Series): string {
  const [first, last] = [points[0], points.at(-1)]
  if (first === undefined || last === undefined) return NO_DATA
  const unit = UNITS.find(({ fromNs }) => last.startNs - first.startNs >= fromNs) ?? UNITS[3]
  const label = 'hh:mm:ss '.length + (unit.digits === 0 ? 0 : unit.digits + 1)
  const scale = scaleOf(points)
  const [min, max] = [String(scale.min), String(scale.max)]
  const ends = `${' '.repeat(label)}${min}${max.padStart(WIDTH - min.length)}\n`
  const border = (side: string) => `${side}${'_'.repeat(WIDTH - 2)}${side}\n`
  const rows = fillGaps(points, intervalNs).map(({ start, value }) => {
    const time = start.slice(TIME_OF_DAY, start.length - DIGITS + unit.digits - (unit.digits === 0 ? 1 : 0))
    return `${time} ${graphLine(scale, value)} ${value ?? '-'}\n`
  })
  return [ends, unit.title.padEnd(label), border('|'), ...rows, ' '.repeat(label), border('v'), ends, '\n'].join('')
}

interface Scale {
  readonly min: bigint
  readonly max: bigint
}

/** One number alone stands in the middle. */
function scaleOf(points: readonly SeriesPoint[]): Scale {
  const values = points.map(({ value }) => value).toSorted((a, b) => (a < b ? -1 : 1))
  const [min = 0n, max = 0n] = [values[0], values.at(-1)]
  return min === max ? { min: min - 1n, max: max + 1n } : { min, max }
}

function graphLine({ min, max }: Scale, value: bigint | undefined): string {
  const columns = ['|', ...' '.repeat(LAST - 1), '|']
  const zero = min < 0n && max > 0n ? Number((-min * BigInt(WIDTH)) / (max - min)) : 0
  if (zero > 0) columns[zero] = '.'
  if (value !== undefined) columns[Number(((value - min) * BigInt(LAST)) / (max - min))] = '*'
  return columns.join('')
}

/** Intervals without a number have a line too. Their starts are told by that of the point before. */
function fillGaps(points: readonly SeriesPoint[], intervalNs: bigint): { readonly start: string; readonly value?: bigint }[] {
  return points.flatMap((point, index) => {
    const next = points[index + 1]
    const missing = next === undefined ? 0 : Number((next.startNs - point.startNs) / intervalNs) - 1
    const gaps = Array.from({ length: missing }, (_, i) => ({ start: laterStart(point.start, BigInt(i + 1) * intervalNs) }))
    return [point, ...gaps]
  })
}

const NS_PER_SECOND = 1_000_000_000n
const SECONDS_PER_DAY = 86_400n

/** A time of day so many nanoseconds later. The date stays as it is: nobody sees it. */
function laterStart(start: string, byNs: bigint): string {
  const [hours = '0', minutes = '0', seconds = '0', fraction = '0'] = start.slice(TIME_OF_DAY).split(/[:.]/)
  const ns = ((BigInt(hours) * 60n + BigInt(minutes)) * 60n + BigInt(seconds)) * NS_PER_SECOND + BigInt(fraction) + byNs
  const second = (ns / NS_PER_SECOND) % SECONDS_PER_DAY
  const two = (number: bigint) => String(number).padStart(2, '0')
  const time = [second / 3600n, (second / 60n) % 60n, second % 60n].map(two).join(':')
  return `${start.slice(0, TIME_OF_DAY)}${time}.${String(ns % NS_PER_SECOND).padStart(DIGITS, '0')}`
}
