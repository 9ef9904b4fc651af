/**
 * What the functions on strings take: strings, and characters in an array or behind a pointer.
 */

import type { Type } from '../../../spec/types/type.ts'
import type { StaticType } from '../check/static-type.ts'

/** What is said of anything else. */
export const NOT_STRING_LIKE = 'string-like values must be either strings, arrays or pointers'

/** True for strings, arrays of characters and pointers to one. */
export function isStringLike({ type }: StaticType): boolean {
  if (type.kind === 'string') return true
  const element = type.kind === 'array' ? type.element : type.kind === 'pointer' ? type.to : undefined
  return element !== undefined && isCharacter(element)
}

function isCharacter(type: Type): boolean {
  return type.kind === 'int' && type.size === 1
}
