/**
 * How the library knows its own objects again: a property under a registered symbol, so that two copies of the library in
 * one process (one bundled, one not) recognise each other's.
 */
import type { VirtualOffset } from '../../base/address.ts'
import type { IntrinsicName, ReducedBy } from '../../frontend/typescript/binding.ts'
import type { Timer } from '../../spec/attach-point.ts'
import type { StructType, Type } from '../../spec/types/type.ts'

/** The property that every object of the library carries. */
export const BRAND: unique symbol = Symbol.for('borescope.part') as never
/** Ties the TypeScript type of a value to the object that declares it; never there at run time. */
export declare const VALUE: unique symbol

/** What an object of the library is, as data. */
export type Brand =
  | { readonly kind: 'type'; readonly type: Type; readonly members?: Readonly<Record<string, number>> }
  | { readonly kind: 'array'; readonly storage: 'array' | 'percpu_array'; readonly value: Type; readonly maxEntries: number }
  | { readonly kind: 'hash'; readonly storage: HashStorage; readonly key: Type; readonly value: Type; readonly maxEntries: number }
  | { readonly kind: 'queue'; readonly storage: 'queue' | 'stack'; readonly value: Type; readonly maxEntries: number }
  | { readonly kind: 'bloom'; readonly value: Type; readonly maxEntries: number }
  | { readonly kind: 'global'; readonly value: Type; readonly initial: unknown }
  | { readonly kind: 'aggregation'; readonly aggregation: ReducedBy }
  | {
      readonly kind: 'aggregate'
      readonly storage: 'array' | 'hash'
      readonly key: Type
      readonly aggregation: ReducedBy
      readonly maxEntries: number
    }
  | { readonly kind: 'ringbuf'; readonly struct: StructType; readonly sizeBytes: number }
  | { readonly kind: 'probe'; readonly probe: ProbeDescription }
  | {
      readonly kind: 'address'
      readonly path: string
      readonly symbol: string
      readonly address: VirtualOffset
      readonly positionIndependent: boolean
    }
  | { readonly kind: 'intrinsic'; readonly name: IntrinsicName }

/** Kinds of map that are read and written by key. */
export type HashStorage = 'hash' | 'lru_hash' | 'percpu_hash' | 'percpu_lru_hash'

/** Where a probe goes. */
export type ProbePlace =
  | { readonly kind: 'uprobe'; readonly target: string; readonly symbol: string }
  | { readonly kind: 'uretprobe'; readonly target: string; readonly symbol: string }
  | { readonly kind: 'tracepoint'; readonly category: string; readonly event: string }
  | { readonly kind: 'rawTracepoint'; readonly event: string }
  | { readonly kind: 'interval'; readonly timer: Timer }
  | { readonly kind: 'profile'; readonly timer: Timer }

/** Where a probe goes and what it does. */
export interface ProbeDescription {
  readonly place: ProbePlace
  /** Only hits of this process. */
  readonly pid: number | undefined
  readonly body: (ctx: never) => unknown
}

/** Anything that carries a brand. */
export interface Branded {
  readonly [BRAND]: Brand
}

/** The brand of a value, if it is an object of the library. */
export function brandOf(value: unknown): Brand | undefined {
  if ((typeof value !== 'object' || value === null) && typeof value !== 'function') return undefined
  return Object.hasOwn(value, BRAND) ? (value as Branded)[BRAND] : undefined
}
