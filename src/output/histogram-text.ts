/**
 * Histograms as text, sections 5.1 and 5.2 of the language reference: a label, a count and a bar for each bucket.
 */
import type { HistogramBucket, Value } from '../spec/value.ts'

type Histogram = Extract<Value, { kind: 'histogram' }>

/** Characters of the longest bar. */
const BAR_WIDTH = 52
const SUFFIXES = ['', 'K', 'M', 'G', 'T', 'P', 'E']

/** The lines of a histogram, each with its line end; nothing for one without buckets. */
export function histogramText(histogram: Histogram): string {
  const largest = Math.max(0, ...histogram.buckets.map((bucket) => Number(bucket.count)))
  return histogram.buckets.map((bucket) => bucketLine(labelOf(histogram, bucket), bucket.count, largest)).join('')
}

function bucketLine(label: string, count: bigint, largest: number): string {
  const bar = '@'.repeat(barLength(Number(count), largest))
  return `${label.padEnd(16)}${count.toString().padStart(8)} |${bar.padEnd(BAR_WIDTH)}|\n`
}

/** In single precision, as the reference computes it: the rounding shows in the last character of the bar. */
function barLength(count: number, largest: number): number {
  if (largest === 0) return 0
  const share = Math.fround(Math.fround(count) / Math.fround(largest))
  return Math.trunc(Math.fround(share * BAR_WIDTH))
}

function labelOf(histogram: Histogram, { min, max }: HistogramBucket): string {
  const number = histogram.scale === 'log2' ? log2Number(min ?? 0n, max ?? 0n) : (n: bigint) => linearNumber(n, histogram.step ?? 1n)
  if (min === undefined) return `(..., ${number((max ?? -1n) + 1n)})`
  if (max === undefined) return `[${number(min)}, ...)`
  return min === max ? `[${number(min)}]` : `[${number(min)}, ${number(max + 1n)})`
}

/**
 * How a power-of-two histogram writes the ends of the bucket `min..max`. A number is a sub-bucket scaled by a power of two, and it
 * is that power, not the number, which decides the suffix: `[896, 1024)` in quarters, `[512, 1K)` in halves.
 */
function log2Number(min: bigint, max: bigint): (n: bigint) => string {
  const power = (max - min + 1n).toString(2).length - 1
  return (n) => {
    if (power === 0) return n.toString()
    const isNextPower = n > min && (n & (n - 1n)) === 0n
    const decade = Math.floor((isNextPower ? power + 1 : power) / 10)
    return `${n >> BigInt(10 * decade)}${SUFFIXES[decade]}`
  }
}

/** Linear histograms use K and M, and only when their step is a multiple of 1K. */
function linearNumber(n: bigint, step: bigint): string {
  if (n === 0n || step % 1024n !== 0n || n % 1024n !== 0n) return n.toString()
  return n % 1048576n === 0n ? `${n / 1048576n}M` : `${n / 1024n}K`
}
