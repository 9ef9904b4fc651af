/**
 * The types that C text declares, by name, and the layouts of its structs.
 */
import type { IntType, RecordType, Type } from '../../spec/types/type.ts'

/** A member of a struct or union; those of anonymous members are among the outer one's own. */
export interface CMember {
  readonly name: string
  /** A clause that says why, for a type whose values cannot be read. */
  readonly type: Type | string
  /** Bytes from the start. */
  readonly offset: number
  /** For a bit field: from the lowest bit of the byte at `offset`. */
  readonly bits?: { readonly offset: number; readonly size: number }
}

/** A struct or union. The members are undefined until it is defined. */
export interface CRecord {
  readonly type: RecordType
  readonly align: number
  readonly members: readonly CMember[] | undefined
}

/** An enumerator. */
export interface Enumerator {
  readonly value: bigint
  readonly type: IntType
}

/** What C text declares. */
export interface CTypes {
  /** Structs and unions by name with the keyword: `struct foo`. */
  readonly records: ReadonlyMap<string, CRecord>
  /** By name without the keyword. */
  readonly enums: ReadonlyMap<string, IntType>
  readonly enumerators: ReadonlyMap<string, Enumerator>
  /** A clause that says why, for a type whose values cannot be read; undefined for `void`. */
  readonly typedefs: ReadonlyMap<string, Type | string | undefined>
}

/** Nothing is declared. */
export const NO_C_TYPES: CTypes = { records: new Map(), enums: new Map(), enumerators: new Map(), typedefs: new Map() }
