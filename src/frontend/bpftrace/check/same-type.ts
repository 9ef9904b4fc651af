/**
 * Equality of types, by structure.
 */
import type { Type } from '../../../spec/types/type.ts'

/** True when two types are the same: kind, size, sign and parts. */
export function sameType(a: Type, b: Type): boolean {
  if (a.kind === 'int' && b.kind === 'int') return a.size === b.size && a.signed === b.signed && a.enumeration?.name === b.enumeration?.name
  if (a.kind === 'string' && b.kind === 'string') return a.size === b.size
  if (a.kind === 'buffer' && b.kind === 'buffer') return a.size === b.size
  if (a.kind === 'tuple' && b.kind === 'tuple') {
    const isNamedAlike = a.names?.join() === b.names?.join()
    return isNamedAlike && a.fields.length === b.fields.length && a.fields.every((field, index) => sameType(field, b.fields[index] as Type))
  }
  if (a.kind === 'pointer' && b.kind === 'pointer') {
    if (a.to === undefined || b.to === undefined) return a.to === b.to && a.space === b.space
    return a.space === b.space && sameType(a.to, b.to)
  }
  if (a.kind === 'struct' && b.kind === 'struct') return a.name === b.name && a.size === b.size
  if (a.kind === 'record' && b.kind === 'record') return a.name === b.name || (a.from === b.from && a.id === b.id)
  if (a.kind === 'array' && b.kind === 'array') return a.count === b.count && sameType(a.element, b.element)
  if (a.kind === 'stack' && b.kind === 'stack') return a.space === b.space && a.mode === b.mode && a.depth === b.depth
  if (a.kind === 'symbol' && b.kind === 'symbol') return a.space === b.space
  if (a.kind === 'rendered' && b.kind === 'rendered') return a.as.form === b.as.form
  return a.kind === b.kind
}
