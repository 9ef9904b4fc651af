/**
 * The one declaration of an event's layout: code generation stores by it, decoding reads by it. A record begins with its
 * id (u32) so that one ring buffer carries records of many kinds; bytes 4..7 are free for the first 4-byte field.
 */
import { alignOf, sizeOf, type Type } from './types/type.ts'

/** One field of a record. */
export interface RecordField {
  readonly name: string
  readonly type: Type
  readonly offset: number
}

/** Where everything in a record lies, in bytes from its start. `size` is a multiple of 8. */
export interface RecordLayout {
  readonly size: number
  readonly fields: readonly RecordField[]
}

/** Size of the record id that every record of a shared ring buffer begins with. */
export const RECORD_ID_SIZE = 4

/** Lays fields out in order at their natural alignment behind `headerSize` bytes (0 for a ring buffer of one kind). */
export function layoutRecord(
  fields: readonly { readonly name: string; readonly type: Type }[],
  headerSize: number = RECORD_ID_SIZE,
): RecordLayout {
  let end = headerSize
  const placed = fields.map(({ name, type }) => {
    const align = alignOf(type)
    const offset = Math.ceil(end / align) * align
    end = offset + sizeOf(type)
    return { name, type, offset }
  })
  return { size: Math.max(8, Math.ceil(end / 8) * 8), fields: placed }
}
