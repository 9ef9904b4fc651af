/**
 * The types that a program declares its data with. They carry both sides: the layout in the kernel, and the TypeScript type
 * of the values, which is `number` up to 32 bits and `bigint` for 64.
 */
import { UsageError } from '../../base/errors.ts'
import { BOOL, INT8, INT16, INT32, INT64, layoutFields, type Type, UINT8, UINT16, UINT32, UINT64 } from '../../spec/types/type.ts'
import { BRAND, type Brand, brandOf, type VALUE } from './brand.ts'

/** A type whose values are `T` in TypeScript. */
export interface DataType<T> {
  readonly [BRAND]: Brand & { readonly kind: 'type' }
  /** Only for the type checker. */
  readonly [VALUE]: T
}
/** An `array(type, length)`, which is a type too: so many values one after another. */
export interface ArrayDeclaration<T> {
  readonly [BRAND]: Brand & { readonly kind: 'array' }
  readonly [VALUE]: T
}
/** The TypeScript type of the values of a data type: `ValueOf<typeof u64>` is `bigint`. */
export type ValueOf<D> = D extends DataType<infer T> ? T : D extends ArrayDeclaration<infer T> ? readonly T[] : never

/** A struct's fields, by name. */
export type StructFields = Readonly<Record<string, DataType<unknown> | ArrayDeclaration<unknown>>>
/** The values of a struct. */
export type StructValueOf<F extends StructFields> = { readonly [Name in keyof F]: ValueOf<F[Name]> }

function dataType<T>(type: Type): DataType<T> {
  return Object.freeze({ [BRAND]: Object.freeze({ kind: 'type', type }) }) as unknown as DataType<T>
}

/** An unsigned integer of 8 bits. */
export const u8 = dataType<number>(UINT8)
/** An unsigned integer of 16 bits. */
export const u16 = dataType<number>(UINT16)
/** An unsigned integer of 32 bits. */
export const u32 = dataType<number>(UINT32)
/** An unsigned integer of 64 bits. */
export const u64 = dataType<bigint>(UINT64)
/** A signed integer of 8 bits. */
export const i8 = dataType<number>(INT8)
/** A signed integer of 16 bits. */
export const i16 = dataType<number>(INT16)
/** A signed integer of 32 bits. */
export const i32 = dataType<number>(INT32)
/** A signed integer of 64 bits. */
export const i64 = dataType<bigint>(INT64)
/** True or false, one byte. */
export const bool = dataType<boolean>(BOOL)

/** Text in `sizeBytes` bytes, the NUL at its end included. Longer text is cut. Throws `UsageError` for a size that is not 2 to 4096. */
export function string(sizeBytes: number): DataType<string> {
  if (!Number.isInteger(sizeBytes) || sizeBytes < 2 || sizeBytes > 4096)
    throw new UsageError(`string(${sizeBytes}): the size must be 2 to 4096 bytes`)
  return dataType({ kind: 'string', size: sizeBytes })
}

/** The same, by the name that C has for it. */
export function cstring(sizeBytes: number): DataType<string> {
  return string(sizeBytes)
}

/** An address in a traced program, of a `type` that only its reader looks at: 64 bits. */
export function pointer(_type?: DataType<unknown>): DataType<bigint> {
  return u64
}

/**
 * Named numbers: `const Mode = enumeration({ read: 0, write: 1 })`, then `Mode.read` on both sides. As a type it is an unsigned integer of 32
 * bits, whose values are those numbers. Throws `UsageError` for members that do not fit.
 */
export function enumeration<const M extends Readonly<Record<string, number>>>(members: M): DataType<M[keyof M]> & M {
  for (const [name, value] of Object.entries(members))
    if (!Number.isInteger(value) || value < 0 || value > 0xffffffff)
      throw new UsageError(`enumeration({ ${name}: ${value} }): members are integers of 32 bits, not negative`)
  const brand: Brand = { kind: 'type', type: UINT32, members: Object.freeze({ ...members }) }
  return Object.freeze({ ...members, [BRAND]: Object.freeze(brand) }) as unknown as DataType<M[keyof M]> & M
}

/** Named fields one after another, aligned as in C. Throws `UsageError` for one without fields. */
export function struct<F extends StructFields>(fields: F): DataType<StructValueOf<F>> {
  const names = Object.keys(fields)
  if (names.length === 0) throw new UsageError('struct({}): a struct needs at least one field')
  const types = names.map((name) => typeOf(fields[name]))
  const { offsets, size } = layoutFields(types)
  const placed = names.map((name, index) => ({ name, type: types[index] ?? BOOL, offset: offsets[index] ?? 0 }))
  return dataType({ kind: 'struct', fields: placed, size })
}

/** The layout of a data type. Throws `UsageError` when it is not one. */
export function typeOf(value: unknown): Type {
  const brand = brandOf(value)
  if (brand?.kind === 'array' && brand.storage === 'array') return { kind: 'array', element: brand.value, count: brand.maxEntries }
  if (brand?.kind !== 'type') throw new UsageError('expected a type such as u64, string(16) or struct({ ... })')
  return brand.type
}
