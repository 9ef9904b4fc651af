/**
 * The order in which the entries of a map are shown, section 5.3 of the language reference: numbers and aggregations by value,
 * everything else by key. Equal values keep the order of their keys, so that the same contents always print the same.
 */
import type { MapView } from './map-spec.ts'
import type { Frame, Value } from './value.ts'

/** One entry of a map with key. */
export interface KeyedEntry {
  readonly key: Value
  readonly value: Value
}

/** The entries in the order in which a map of this view is shown: ascending. */
export function sortEntries(view: MapView, entries: readonly KeyedEntry[]): readonly KeyedEntry[] {
  const byValue = valueOrder(view)
  return [...entries].sort((a, b) => byValue(a.value, b.value) || compareKeys(a.key, b.key))
}

type Compare = (a: Value, b: Value) => number

function valueOrder(view: MapView): Compare {
  if (view.value.kind === 'plain') return view.value.type.kind === 'int' ? compareBy(numberOf) : () => 0
  switch (view.value.aggregation.kind) {
    case 'min':
    case 'max':
      return compareBy((value) => BigInt.asUintN(64, numberOf(value)))
    default:
      return compareBy(numberOf)
  }
}

/** What a value is ordered by: a number itself, an average, the number of hits in a histogram. */
function numberOf(value: Value): bigint {
  switch (value.kind) {
    case 'int':
      return value.value
    case 'stats':
      return value.average
    case 'histogram':
      return value.buckets.reduce((sum, bucket) => sum + bucket.count, 0n)
    default:
      return 0n
  }
}

function compareBy(measure: (value: Value) => bigint): Compare {
  return (a, b) => compare(measure(a), measure(b))
}

/** Integers as signed, strings by their bytes, tuples and records field by field. */
function compareKeys(a: Value, b: Value): number {
  if (a.kind === 'int' && b.kind === 'int') return compare(BigInt.asIntN(64, a.value), BigInt.asIntN(64, b.value))
  if (a.kind === 'pointer' && b.kind === 'pointer') return compare(a.value, b.value)
  if (a.kind === 'bool' && b.kind === 'bool') return compare(a.value, b.value)
  if (a.kind === 'string' && b.kind === 'string') return compare(a.value, b.value)
  if (a.kind === 'buffer' && b.kind === 'buffer') return compare(a.bytes, b.bytes)
  if (a.kind === 'symbol' && b.kind === 'symbol') return compare(a.name, b.name)
  if (a.kind === 'stack' && b.kind === 'stack') return compareAddresses(a.frames, b.frames)
  return compareLists(partsOf(a), partsOf(b))
}

function compareAddresses(a: readonly Frame[], b: readonly Frame[]): number {
  const different = a.findIndex((frame, i) => frame.address !== b[i]?.address)
  if (different === -1) return compare(BigInt(a.length), BigInt(b.length))
  return compare(a[different]?.address ?? 0n, b[different]?.address ?? 0n)
}

function partsOf(value: Value): readonly Value[] {
  if (value.kind === 'tuple' || value.kind === 'array') return value.items
  return value.kind === 'record' ? value.fields.map((field) => field.value) : []
}

function compareLists(a: readonly Value[], b: readonly Value[]): number {
  for (const [i, item] of a.entries()) {
    const other = b[i]
    const order = other === undefined ? 0 : compareKeys(item, other)
    if (order !== 0) return order
  }
  return 0
}

function compare<T extends bigint | string | boolean>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0
}
