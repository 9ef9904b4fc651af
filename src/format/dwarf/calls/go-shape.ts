/**
 * What Go's calling convention looks at of a type: which numbers it is made of, and where in it they are.
 */
import type { Die } from '../die.ts'
import { resolveType } from '../types/debug-type.ts'
import { membersOf } from '../types/members.ts'
import { sizeOf } from './assign-sysv.ts'

/** A type as it is passed. Sizes and offsets are in bytes. */
export type GoShape =
  /** Integers, truth values, and whatever is a pointer. */
  | { readonly kind: 'integer' | 'float' | 'complex'; readonly size: number }
  | { readonly kind: 'struct'; readonly size: number; readonly fields: readonly GoField[] }
  | { readonly kind: 'array'; readonly size: number; readonly count: number; readonly element: GoShape }

/** A field of a struct. */
export interface GoField {
  readonly offset: number
  /** Named `_`: it takes room in memory, and no register. */
  readonly blank: boolean
  readonly shape: GoShape
}

/** A pointer, and the dictionary that generic functions are passed. */
export const WORD: GoShape = { kind: 'integer', size: 8 }

/** Types inside of types deeper than this are damage. */
const DEEPEST = 16

/** The shape of a type. Throws `FormatError`. */
export function shapeOf(die: Die | undefined, depth = 0): GoShape {
  const { type } = resolveType(die)
  const size = sizeOf(type) ?? 0
  if (type.kind === 'record' && depth < DEEPEST) {
    const fields = membersOf(type.die).map(({ name, offset, type: of }) => ({ offset, blank: name === '_', shape: shapeOf(of, depth + 1) }))
    return { kind: 'struct', size, fields }
  }
  if (type.kind === 'array' && depth < DEEPEST)
    return { kind: 'array', size, count: type.count ?? 0, element: shapeOf(type.element, depth + 1) }
  if (type.kind === 'base' && type.encoding === 'other') return { kind: 'complex', size }
  return { kind: type.kind === 'base' && type.encoding === 'float' ? 'float' : 'integer', size }
}

/** Bytes that a value must begin at a multiple of. */
export function alignmentOf(shape: GoShape): number {
  switch (shape.kind) {
    case 'struct':
      return Math.max(1, ...shape.fields.map((field) => alignmentOf(field.shape)))
    case 'array':
      return alignmentOf(shape.element)
    case 'complex':
      return shape.size / 2
    default:
      return Math.max(1, shape.size)
  }
}
