/**
 * The tracing type system: what front-ends check against, what layouts are computed from and what decoding yields values
 * of. Sizes are bytes as the kernel half stores them. Plain data; the functions on it are `sizeOf`, `alignOf`, ...
 */
import { assertNever } from '../../base/assert.ts'
import { STACK_SIZE } from '../stack-layout.ts'

/** Whose memory a pointer points to. `none` when the program cannot know. */
export type PointerSpace = 'kernel' | 'user' | 'none'

/** The names of an enum's values. */
export interface EnumNames {
  /** Without the keyword. */
  readonly name: string
  readonly values: ReadonlyMap<bigint, string>
}
/** An integer of 1, 2, 4 or 8 bytes. */
export interface IntType {
  readonly kind: 'int'
  readonly size: 1 | 2 | 4 | 8
  readonly signed: boolean
  /** The enum that it is one of. */
  readonly enumeration?: EnumNames
}
/** One byte, 0 or 1. */
export interface BoolType {
  readonly kind: 'bool'
}
/** Eight bytes. `to` is absent for `void *`. */
export interface PointerType {
  readonly kind: 'pointer'
  readonly to?: Type
  readonly space: PointerSpace
}
/** Bytes up to a NUL in a buffer of `size` bytes (the NUL included in `size`). */
export interface StringType {
  readonly kind: 'string'
  readonly size: number
}
/** Bytes of any value, `size` at most: how many as a u32, and the bytes. What is behind them is zeros. */
export interface BufferType {
  readonly kind: 'buffer'
  readonly size: number
}
/** Fields one after another, each at its natural alignment, as a C struct lays them out. */
export interface TupleType {
  readonly kind: 'tuple'
  readonly fields: readonly Type[]
  /** Of a record: what its fields are called. */
  readonly names?: readonly string[]
}
/** A field of a struct; `offset` in bytes from the struct's start. */
export interface StructField {
  readonly name: string
  readonly type: Type
  readonly offset: number
  /** For a bit field: from the lowest bit of the byte at `offset`. */
  readonly bits?: { readonly offset: number; readonly size: number }
}
/** Named fields at given offsets, `size` bytes in all, padding included. Those of a union lie over each other. */
export interface StructType {
  readonly kind: 'struct'
  readonly name?: string
  /** `struct` when absent. */
  readonly keyword?: 'union'
  readonly fields: readonly StructField[]
  readonly size: number
}
/**
 * A struct, class or union in the memory of a traced program. What is in it is asked of the type source, by `id`, since types
 * go round in circles; a value of this type is only ever read member by member.
 */
export interface RecordType {
  readonly kind: 'record'
  /** As its language names it: `struct node`, `main.Request`. */
  readonly name: string
  /** 0 for one that is only declared where it is used. */
  readonly size: number
  /** The number that who knows the type has for it. */
  readonly id: number
  /** Who knows the type: the script itself, or the kernel; the traced program's debug information when absent. */
  readonly from?: 'script' | 'kernel'
  /** For strings and slices of Go and Rust, and strings of C++: where in it the address and the number of elements are. */
  readonly sequence?: {
    readonly pointer: number
    readonly length: number
    readonly text: boolean
    /** The elements are bytes. */
    readonly bytes?: boolean
  }
  /** For what a map or channel of Go points to: where in it the number of elements is, 8 bytes. */
  readonly count?: number
  /** For interfaces of Go: what the first word points to, a type (`any`) or an itab with the type behind its first word. */
  readonly dynamic?: 'type' | 'itab'
}
/** Elements one after another in the memory of a traced program. */
export interface ArrayType {
  readonly kind: 'array'
  readonly element: Type
  /** 0 where the length is not known. */
  readonly count: number
}
/** Eight bytes: the attach cookie of a uprobe site (`ObjectSpec.sites`), shown as the name of its function. */
export interface FunctionType {
  readonly kind: 'function'
}
/** How a stack is shown: bpftrace's own form, that of perf, or addresses alone. */
export type StackMode = 'bpftrace' | 'perf' | 'raw' | 'build_id'
/** A call stack of at most `depth` frames, laid out by `stack-layout.ts`: a key into the map that holds its frames. */
export interface StackType {
  readonly kind: 'stack'
  readonly space: 'kernel' | 'user'
  readonly mode: StackMode
  readonly depth: number
}
/** An address that is shown as a symbol: u64 address, and u64 process id when it is one of a process. */
export interface SymbolType {
  readonly kind: 'symbol'
  readonly space: 'kernel' | 'user'
}
/** What user space makes a text of, each by a table of its own. */
export type Rendering =
  /** Nanoseconds of a clock, by a strftime(3) format. */
  | { readonly form: 'timestamp'; readonly clock: 'boot' | 'tai'; readonly format: string }
  /** A user id. */
  | { readonly form: 'username' }
  /** A cgroup id, in the hierarchies whose name matches the pattern. */
  | { readonly form: 'cgroup-path'; readonly pattern: string }
  /** The address family, as sockets number it (u64), and 16 bytes that begin with the address. */
  | { readonly form: 'inet' }
  /** Six bytes. */
  | { readonly form: 'mac' }
/** A value that is shown as something else than its bytes. */
export interface RenderedType {
  readonly kind: 'rendered'
  readonly as: Rendering
}
/** No bytes: the value of a call that yields nothing. */
export interface NoneType {
  readonly kind: 'none'
}

/** A type of the tracing type system. */
export type Type =
  | IntType
  | BoolType
  | PointerType
  | StringType
  | BufferType
  | TupleType
  | StructType
  | RecordType
  | ArrayType
  | FunctionType
  | StackType
  | SymbolType
  | RenderedType
  | NoneType

/** The integers, by sign and bits, and the types that have only one form. */
export const INT8 = { kind: 'int', size: 1, signed: true } as const satisfies IntType
export const INT16 = { kind: 'int', size: 2, signed: true } as const satisfies IntType
export const INT32 = { kind: 'int', size: 4, signed: true } as const satisfies IntType
export const INT64 = { kind: 'int', size: 8, signed: true } as const satisfies IntType
export const UINT8 = { kind: 'int', size: 1, signed: false } as const satisfies IntType
export const UINT16 = { kind: 'int', size: 2, signed: false } as const satisfies IntType
export const UINT32 = { kind: 'int', size: 4, signed: false } as const satisfies IntType
export const UINT64 = { kind: 'int', size: 8, signed: false } as const satisfies IntType
export const BOOL = { kind: 'bool' } as const satisfies BoolType
export const NONE = { kind: 'none' } as const satisfies NoneType
export const FUNCTION = { kind: 'function' } as const satisfies FunctionType

const RENDERED = {
  timestamp: { name: 'timestamp', size: 8, align: 8 },
  username: { name: 'username_t', size: 8, align: 8 },
  'cgroup-path': { name: 'cgroup_path_t', size: 8, align: 8 },
  inet: { name: 'inet[24]', size: 24, align: 8 },
  mac: { name: 'mac_address', size: 6, align: 1 },
} as const
/** Bytes in front of those of a buffer: their number. */
export const BUFFER_HEADER = 4

/** Bytes that a value of the type takes. */
export function sizeOf(type: Type): number {
  switch (type.kind) {
    case 'int':
    case 'string':
    case 'struct':
    case 'record':
      return type.size
    case 'array':
      return type.count * sizeOf(type.element)
    case 'buffer':
      return BUFFER_HEADER + type.size
    case 'bool':
      return 1
    case 'pointer':
    case 'function':
      return 8
    case 'stack':
      return STACK_SIZE
    case 'symbol':
      return type.space === 'user' ? 16 : 8
    case 'rendered':
      return RENDERED[type.as.form].size
    case 'tuple':
      return layoutFields(type.fields).size
    case 'none':
      return 0
    default:
      return assertNever(type, 'type')
  }
}

/** Alignment in bytes that the C ABI gives the type. */
export function alignOf(type: Type): number {
  switch (type.kind) {
    case 'int':
      return type.size
    case 'buffer':
      return BUFFER_HEADER
    case 'bool':
    case 'string':
    case 'none':
      return 1
    case 'pointer':
    case 'function':
    case 'stack':
    case 'symbol':
    case 'record':
      return 8
    case 'rendered':
      return RENDERED[type.as.form].align
    case 'array':
      return alignOf(type.element)
    case 'tuple':
      return Math.max(1, ...type.fields.map(alignOf))
    case 'struct':
      return Math.max(1, ...type.fields.map((field) => alignOf(field.type)))
    default:
      return assertNever(type, 'type')
  }
}

/** Offsets of fields laid out one after another at their natural alignment, and the size rounded up to the largest. */
export function layoutFields(types: readonly Type[]): { readonly offsets: readonly number[]; readonly size: number } {
  const offsets: number[] = []
  let end = 0
  let alignment = 1
  for (const type of types) {
    const align = alignOf(type)
    const offset = Math.ceil(end / align) * align
    offsets.push(offset)
    end = offset + sizeOf(type)
    alignment = Math.max(alignment, align)
  }
  return { offsets, size: Math.ceil(end / alignment) * alignment }
}

function recordName(fields: readonly Type[], names: readonly string[]): string {
  return `record { ${fields.map((field, index) => `.${names[index]} = ${nameOf(field)}`).join(', ')} }`
}

/** Where the field of a tuple is in another with the same fields: records are told apart by names, not by their order. */
export function fieldIndex({ names }: TupleType, index: number, other: TupleType): number {
  return names === undefined || other.names === undefined ? index : other.names.indexOf(names[index] ?? '')
}

/** How diagnostics name a type, in the words of the tracing language: `uint64`, `string[16]`, `(int64,string[4])`. */
export function nameOf(type: Type): string {
  switch (type.kind) {
    case 'int':
      return type.enumeration === undefined ? `${type.signed ? '' : 'u'}int${type.size * 8}` : `enum ${type.enumeration.name}`
    case 'bool':
      return 'bool'
    case 'pointer':
      return type.to === undefined ? 'void *' : `${nameOf(type.to)} *`
    case 'string':
      return `string[${type.size}]`
    case 'buffer':
      return `buffer[${sizeOf(type)}]`
    case 'tuple':
      return type.names === undefined ? `(${type.fields.map(nameOf).join(',')})` : recordName(type.fields, type.names)
    case 'struct':
      return type.name === undefined ? 'record' : `${type.keyword ?? 'struct'} ${type.name}`
    case 'record':
      return type.name
    case 'array':
      return `${nameOf(type.element)}[${type.count}]`
    case 'function':
      return 'usym_t'
    case 'stack':
      return `${type.space === 'user' ? 'ustack' : 'kstack'}_${type.mode}_${type.depth}`
    case 'symbol':
      return type.space === 'user' ? 'usym_t' : 'ksym_t'
    case 'rendered':
      return RENDERED[type.as.form].name
    case 'none':
      return 'none'
    default:
      return assertNever(type, 'type')
  }
}
