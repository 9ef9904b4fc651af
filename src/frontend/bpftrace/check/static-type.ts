/**
 * What the check knows about an expression: its type and the few facts beside it that the rules of section 8.1 of the
 * language reference turn on.
 */
import type { Aggregation } from '../../../spec/map-spec.ts'
import {
  BOOL,
  fieldIndex,
  INT8,
  INT16,
  INT32,
  INT64,
  type IntType,
  NONE,
  nameOf,
  type PointerSpace,
  type PointerType,
  type TupleType,
  type Type,
  UINT8,
  UINT16,
  UINT32,
  UINT64,
} from '../../../spec/types/type.ts'
import { sameType } from './same-type.ts'

/** The type of an expression. */
export interface StaticType {
  readonly type: Type
  /** A non-negative literal: it adopts the sign of what it meets. */
  readonly flexible?: boolean
  /** The value of an aggregation, read from a map; `type` is what a cast to an integer gives. */
  readonly aggregation?: Aggregation
  /** What it is in the memory of the traced program, where that is more than `type`: a string of Go is a record as well. */
  readonly object?: Type
  /** Whose memory such an object is in; that of the probe when absent. */
  readonly space?: PointerSpace
  /** The record that the kernel hands to the probe: only its fields can be read. */
  readonly isContext?: boolean
  /** The value itself, where the check knows it from types. */
  readonly known?: StaticValue
  /** Of a record whose fields the check knows: their values, in order. */
  readonly knownFields?: readonly StaticValue[]
  /** Nothing is known (yet, or because of a mistake that has been reported): complain no further. */
  readonly unknown?: boolean
}

/** A value that is known when a script is compiled. */
export type StaticValue = bigint | string | boolean

/** What a condition makes of a value. */
export function isTrue(value: StaticValue): boolean {
  return typeof value === 'bigint' ? value !== 0n : Boolean(value)
}

/** Nothing is known: complain no further. */
export const UNKNOWN: StaticType = { type: NONE, unknown: true }
/** The type of a call that yields nothing. */
export const NOTHING: StaticType = { type: NONE }
/** The type of truth values. */
export const BOOLEAN: StaticType = { type: BOOL }

/** A value that has been copied: no longer what it was in the memory that it came from. */
export function withoutObject({ object: _, space: __, isContext: ___, ...value }: StaticType): StaticType {
  return value
}

/** A plain type as a `StaticType`. */
export function plain(type: Type): StaticType {
  return { type }
}

/** A record whose fields are known; numbers are of the type that is given, or the one that a literal has. */
export function knownRecord(fields: readonly { readonly name: string; readonly value: StaticValue; readonly type?: Type }[]): StaticType {
  return {
    type: { kind: 'tuple', names: fields.map(({ name }) => name), fields: fields.map(({ value, type }) => type ?? typeOfValue(value)) },
    knownFields: fields.map(({ value }) => value),
  }
}

function typeOfValue(value: StaticValue): Type {
  if (typeof value === 'boolean') return BOOL
  return typeof value === 'bigint' ? literalType(value).type : { kind: 'string', size: value.length + 1 }
}

const SIGNED = { 1: INT8, 2: INT16, 4: INT32, 8: INT64 } as const
const UNSIGNED = { 1: UINT8, 2: UINT16, 4: UINT32, 8: UINT64 } as const

/** The integer type of a size in bytes. */
export function integerType(size: 1 | 2 | 4 | 8, options: { readonly signed: boolean }): IntType {
  return options.signed ? SIGNED[size] : UNSIGNED[size]
}

/** The type of a literal: the smallest signed type that holds it, else uint64. */
export function literalType(value: bigint): StaticType {
  const flexible = value >= 0n
  for (const type of [INT8, INT16, INT32, INT64]) {
    if (BigInt.asIntN(type.size * 8, value) === value) return { type, flexible }
  }
  return { type: UINT64 }
}

/** The integer that values of both types are turned into; 64 bits of mixed sign become int64. */
export function promote(a: StaticType, b: StaticType): StaticType | undefined {
  if (a.type.kind !== 'int' || b.type.kind !== 'int') return undefined
  const size = Math.max(a.type.size, b.type.size) as IntType['size']
  const flexible = a.flexible === true && b.flexible === true
  if (a.type.signed === b.type.signed) return { type: integerType(size, { signed: a.type.signed }), ...(flexible ? { flexible } : {}) }
  if (a.flexible === true || b.flexible === true)
    return plain(adoptSign(a.flexible === true ? b.type : a.type, a.flexible === true ? a.type : b.type))
  const [signed, unsigned] = a.type.signed ? [a.type, b.type] : [b.type, a.type]
  if (signed.size > unsigned.size) return plain(signed)
  return plain(integerType(Math.min(8, unsigned.size * 2) as IntType['size'], { signed: true }))
}

/** `other` decides the sign; a flexible uint needs no extra bit, so sizes compare as they are. */
function adoptSign(other: IntType, flexible: IntType): IntType {
  return integerType(Math.max(other.size, flexible.size) as IntType['size'], { signed: other.signed })
}

/** The type that holds values of both, or undefined: integers promote, strings grow, tuples go field by field. */
export function unify(a: StaticType, b: StaticType): StaticType | undefined {
  if (a.unknown === true) return b
  if (b.unknown === true) return a
  if (a.type.kind === 'int' && b.type.kind === 'int' && sameEnum(a.type, b.type)) return plain(a.type)
  const integer = promote(a, b)
  if (integer !== undefined) return integer
  if (a.type.kind === 'bool' && b.type.kind === 'bool') return BOOLEAN
  if (a.type.kind === 'string' && b.type.kind === 'string') return plain({ kind: 'string', size: Math.max(a.type.size, b.type.size) })
  if (a.type.kind === 'buffer' && b.type.kind === 'buffer') return plain({ kind: 'buffer', size: Math.max(a.type.size, b.type.size) })
  if (a.type.kind === 'pointer' && b.type.kind === 'pointer') return pointToAlike(a.type, b.type) ? a : undefined
  if (a.type.kind === 'tuple' && b.type.kind === 'tuple') return unifyTuples(a.type, b.type)
  return UNIFORM.has(a.type.kind) && sameType(a.type, b.type) ? plain(a.type) : undefined
}

function sameEnum(a: IntType, b: IntType): boolean {
  return a.enumeration !== undefined && a.enumeration.name === b.enumeration?.name
}

/** Pointers to integers go together, of whatever size; others point to the same. */
function pointToAlike({ to: a }: PointerType, { to: b }: PointerType): boolean {
  if (a === undefined || b === undefined) return a === b
  if (a.kind === 'pointer' && b.kind === 'pointer') return pointToAlike(a, b)
  return a.kind === b.kind && (a.kind === 'int' || sameType(a, b))
}

/** Types whose values are kept as they are: two of them are the same, or do not go together. */
const UNIFORM: ReadonlySet<Type['kind']> = new Set<Type['kind']>(['function', 'none', 'stack', 'symbol', 'rendered', 'struct', 'array'])

function unifyTuples(a: TupleType, b: TupleType): StaticType | undefined {
  const { names } = a
  if (a.fields.length !== b.fields.length || (names === undefined) !== (b.names === undefined)) return undefined
  const fields = a.fields.map((type, index) => {
    const other = b.fields[fieldIndex(a, index, b)]
    return other === undefined ? undefined : unify(flexibleLike(type), flexibleLike(other))?.type
  })
  return fields.every((field) => field !== undefined)
    ? plain({ kind: 'tuple', fields, ...(names === undefined ? {} : { names }) })
    : undefined
}

function flexibleLike(type: Type): StaticType {
  return plain(type)
}

/** How a diagnostic names a type: that of an aggregation by its own name. */
export function describeType(value: StaticType): string {
  if (value.aggregation === undefined) return nameOf(value.type)
  const { aggregation } = value
  const unsigned = 'signed' in aggregation && !aggregation.signed
  return `${unsigned ? 'u' : ''}${aggregation.kind}_t`
}

/** True where an integer may stand: integers, booleans, and aggregations that have one value. */
export function isIntegerLike(value: StaticType): boolean {
  return value.unknown === true || value.type.kind === 'int' || value.type.kind === 'bool'
}

/** True for what can be tested: integers, booleans and pointers. */
export function isTestable(value: StaticType): boolean {
  return isIntegerLike(value) || value.type.kind === 'pointer'
}
