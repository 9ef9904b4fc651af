/**
 * Names of stack frames: of 20,000 addresses of Node itself, a program of 100,000 functions of C++, at first and from the cache.
 */
import { readMaps } from '../src/kernel/procfs/processes.ts'
import type { FrameDetail } from '../src/spec/value.ts'
import { ProcessSymbols } from '../src/symbolize/addresses/process-symbols.ts'
import { judge } from './hits.ts'
import { median } from './statistics.ts'

const ADDRESSES = 20_000
const LOOKUPS = 1_000_000
/** The bar of the project. */
const LEAST_A_SECOND = 1_000_000

/** Measures and prints frames a second. */
export function benchStacks({ rounds }: { readonly rounds: number }): void {
  const code = readMaps(process.pid)?.filter(({ path, executable }) => executable && path === process.execPath) ?? []
  // Node maps its code again, in large pages, and so in several pieces.
  const largest = code.sort((a, b) => Number(b.end - b.start - (a.end - a.start)))[0]
  if (largest === undefined) throw new Error(`${process.execPath} is not mapped`)
  const step = (largest.end - largest.start) / BigInt(ADDRESSES)
  const addresses = Array.from({ length: ADDRESSES }, (_, index) => largest.start + step * BigInt(index))
  console.log(`\nframes of ${ADDRESSES} addresses of ${process.execPath}:`)
  for (const show of ['names', 'lines'] as const) {
    const first: number[] = []
    const cached: number[] = []
    for (let round = 0; round < rounds; round++) measure(addresses, { show, names: 'demangled' }, { first, cached })
    console.log(`  with ${show}, never seen before: ${Math.round(median(first))} addresses a second, tables and all`)
    judge(`${show} of addresses a second from cache, in millions`, median(cached) / 1e6, { atLeast: LEAST_A_SECOND / 1e6 })
  }
}

function measure(
  addresses: readonly bigint[],
  detail: FrameDetail,
  figures: { readonly first: number[]; readonly cached: number[] },
): void {
  const symbols = new ProcessSymbols(detail)
  try {
    figures.first.push(lookUp(symbols, addresses, addresses.length))
    figures.cached.push(lookUp(symbols, addresses, LOOKUPS))
  } finally {
    symbols.close()
  }
}

/** Addresses a second. */
function lookUp(symbols: ProcessSymbols, addresses: readonly bigint[], count: number): number {
  const start = performance.now()
  let frames = 0
  for (let index = 0; index < count; index++)
    frames += symbols.frames(addresses[index % addresses.length] as bigint, process.pid, 'return').length
  if (frames < count) throw new Error('an address without a frame')
  return (count / (performance.now() - start)) * 1000
}
