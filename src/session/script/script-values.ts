/**
 * Values of a script as a program in TypeScript has them: integers are bigints, tuples are arrays, records are objects.
 */
import { histogramText } from '../../output/histogram-text.ts'
import { fromByteString } from '../../spec/byte-string.ts'
import type { Frame, HistogramBucket, MapContents, Value } from '../../spec/value.ts'

/** What `stats()` and `avg()` have kept. */
export interface ScriptStats {
  readonly count: bigint
  readonly average: bigint
  readonly total: bigint
}

/** What `hist()` or `lhist()` has kept. */
export interface ScriptHistogram {
  readonly buckets: readonly HistogramBucket[]
  /** As bpftrace draws it. */
  toString(): string
}

/** A value of a script. `undefined` stands for none. */
export type ScriptValue =
  | bigint
  | boolean
  | string
  | undefined
  | readonly Frame[]
  | readonly ScriptValue[]
  | { readonly [field: string]: ScriptValue }
  | ScriptStats
  | ScriptHistogram

/** An entry of a map; the key of a map without key is undefined. */
export type ScriptEntry = readonly [key: ScriptValue, value: ScriptValue]

/** The entries of a map, in the order in which bpftrace shows them. A map without key that was never assigned has none. */
export function scriptEntries({ keyed, assigned, entries }: MapContents): ScriptEntry[] {
  if (!keyed && !assigned) return []
  return entries.map(({ key, value }) => [key && scriptValue(key), scriptValue(value)] as const)
}

/** The value as TypeScript has it. */
export function scriptValue(value: Value): ScriptValue {
  switch (value.kind) {
    case 'int':
    case 'bool':
    case 'pointer':
      return value.value
    case 'string':
      return fromByteString(value.value)
    case 'symbol':
      return fromByteString(value.name)
    case 'tuple':
    case 'array':
      return value.items.map(scriptValue)
    case 'record':
      return Object.fromEntries(value.fields.map((field) => [field.name, scriptValue(field.value)]))
    case 'stack':
      return value.frames
    case 'stats':
      return { count: value.count, average: value.average, total: value.total }
    case 'histogram':
      return { buckets: value.buckets, toString: () => histogramText(value) }
    case 'series':
      return value.points.map(({ start, value: number }) => ({ start, value: number }))
    case 'none':
      return undefined
  }
}
