/**
 * What the free names of a probe function are bound to, as pure data. `session/program` works it out from captured values
 * by identity; tests write it by hand. The front-end never sees a live JavaScript value.
 */
import type { VirtualOffset } from '../../base/address.ts'
import type { SourceText, Span } from '../../base/source-text.ts'
import type { Aggregation } from '../../spec/map-spec.ts'
import type { RecordLayout } from '../../spec/record-layout.ts'
import type { StructType, Type } from '../../spec/types/type.ts'

/** What the compiler itself knows how to do. The names are those of the library and of JavaScript. */
export type IntrinsicName =
  | 'user.read'
  | 'user.string'
  | 'user.write'
  | 'kernel.read'
  | 'kernel.string'
  | 'random'
  | 'nsecs'
  | 'BigInt'
  | 'BigInt.asUintN'
  | 'BigInt.asIntN'
  | 'Number'
  | 'Boolean'
  | 'Math.trunc'
  | 'Math.floor'
  | 'Math.min'
  | 'Math.max'
  | 'Math.abs'
  | 'Math.imul'
  | 'Math.clz32'
  | 'Math.sign'

/** A map that is a part of the program. */
export interface MapBinding {
  readonly kind: 'map'
  readonly storage: 'array' | 'hash'
  /** Its name in the object. */
  readonly name: string
  /** `u32` for an array. */
  readonly key: Type
  readonly value: Type
  readonly maxEntries: number
  /** A value for each CPU; a probe sees that of its own. */
  readonly perCpu?: boolean
}

/** A queue, a stack, or a set that answers "maybe" (a Bloom filter). */
export interface QueueBinding {
  readonly kind: 'queue' | 'bloom'
  readonly name: string
  readonly value: Type
}

/** A variable that probes and user space share. */
export interface GlobalBinding {
  readonly kind: 'global'
  readonly name: string
  readonly value: Type
}

/** A map whose values are reductions of many. */
export interface AggregateBinding {
  readonly kind: 'aggregate'
  readonly storage: 'array' | 'hash'
  readonly name: string
  readonly key: Type
  readonly aggregation: ReducedBy
  readonly maxEntries: number
  /** The name of a map whose one entry is an empty value, for values that do not fit the stack. */
  readonly empty: string
}

/** How a probe's numbers become one value. */
export type ReducedBy = Extract<Aggregation, { kind: 'count' | 'sum' | 'min' | 'max' | 'avg' | 'stats' | 'hist' | 'lhist' }>

/** A ring buffer that is a part of the program. */
export interface EventsBinding {
  readonly kind: 'events'
  readonly name: string
  readonly struct: StructType
  readonly layout: RecordLayout
}

/** A variable of an executable, by its address there. */
export interface AddressBinding {
  readonly kind: 'address'
  readonly path: string
  readonly symbol: string
  readonly address: VirtualOffset
  readonly positionIndependent: boolean
}

/** A function of the user's, outside of the probe. */
export interface FunctionBinding {
  readonly kind: 'function'
  readonly name: string
  /** The text of the function. */
  readonly text: string
  /** The user's file. */
  readonly source: SourceText
  /** Maps a span of `text` to one of `source`. */
  readonly locate: (span: Span) => Span
  readonly resolve: (name: string) => Binding
}

/** What a name is bound to. */
export type Binding =
  | { readonly kind: 'constant'; readonly value: number | bigint | string | boolean | undefined }
  /** `members`: of an enumeration, its constants. */
  | { readonly kind: 'type'; readonly type: Type; readonly members?: Readonly<Record<string, number>> }
  | MapBinding
  | EventsBinding
  | QueueBinding
  | GlobalBinding
  | AggregateBinding
  | AddressBinding
  /** `member`: for functions that are also objects, such as BigInt. */
  | { readonly kind: 'intrinsic'; readonly name: IntrinsicName; readonly member?: (name: string) => Binding }
  /** A module or object whose members are looked up one by one. */
  | { readonly kind: 'namespace'; readonly name: string; readonly member: (name: string) => Binding }
  | FunctionBinding
  /** An array of constants: `item` answers what stands at an index below `length`. */
  | { readonly kind: 'list'; readonly name: string; readonly length: number; readonly item: (index: number) => Binding }
  /** A helper that tool chains wrap around functions and that answers its first argument. */
  | { readonly kind: 'pass-through' }
  | { readonly kind: 'unresolved'; readonly reason: string; readonly hint?: string }
