/**
 * How the fields of a tracepoint's record are read, by what its format file says of them.
 */
import type { TracepointField } from './type-source.ts'
import type { ArrayType } from './types/type.ts'

/** Fields before this offset are the same in all tracepoints, and BPF programs may not read them. */
const COMMON_SIZE = 8

/** How a field of a tracepoint's record is read. */
export type FieldAccess =
  | { readonly kind: 'integer' | 'pointer'; readonly field: TracepointField }
  /** Characters, or as many integers, in the record itself. */
  | { readonly kind: 'characters' | 'array'; readonly field: TracepointField }
  /** Offset and length (16 bits each) of characters elsewhere in the record. */
  | { readonly kind: 'located'; readonly field: TracepointField }
  | { readonly kind: 'common' | 'other'; readonly field: TracepointField }

/** Says how a field is read. */
export function accessOf(field: TracepointField): FieldAccess {
  if (field.offset < COMMON_SIZE) return { kind: 'common', field }
  const { type, size } = field
  if (type.startsWith('__data_loc')) return { kind: 'located', field }
  if (type.includes('*')) return { kind: 'pointer', field }
  if (/\bchar\b/.test(type) && size > 1) return { kind: 'characters', field }
  if (elementsOf(field) !== undefined) return { kind: 'array', field }
  if (type.includes('[') || ![1, 2, 4, 8].includes(size) || type.startsWith('__rel_loc')) return { kind: 'other', field }
  return { kind: 'integer', field }
}

/** An array of integers, such as `unsigned long[6]`. */
export function elementsOf({ type, size, signed }: TracepointField): ArrayType | undefined {
  const [, element, digits] = /^([\w ]+)\[(\d+)\]$/.exec(type) ?? []
  const count = Number(digits)
  const bytes = size / count
  if (element === undefined || /^(struct|union) /.test(element) || !(bytes === 1 || bytes === 2 || bytes === 4 || bytes === 8))
    return undefined
  return { kind: 'array', element: { kind: 'int', size: bytes, signed }, count }
}
