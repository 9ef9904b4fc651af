/**
 * Sizes of types, and what stands behind names and qualifiers.
 */
import type { Btf } from './btf.ts'
import type { BtfType, TypeId } from './btf-type.ts'

/** Behind more names and qualifiers than this there is a circle. */
const LONGEST_CHAIN = 32
const POINTER_SIZE = 8

/** The type behind typedefs and qualifiers; `undefined` for `void`. */
export function resolveType(btf: Btf, id: TypeId): BtfType | undefined {
  return btf.type(resolveId(btf, id))
}

/** The number of the type behind typedefs and qualifiers. */
function resolveId(btf: Btf, id: TypeId): TypeId {
  let at = id
  for (let steps = 0; steps < LONGEST_CHAIN; steps++) {
    const type = btf.type(at)
    switch (type?.kind) {
      case 'typedef':
      case 'const':
      case 'volatile':
      case 'restrict':
      case 'type_tag':
        at = type.type
        break
      default:
        return at
    }
  }
  return 0
}

/** Bytes of a type; `undefined` for what has no size (`void`, a function, what is only declared). */
export function sizeOfType(btf: Btf, id: TypeId, depth = 0): number | undefined {
  const type = resolveType(btf, id)
  switch (type?.kind) {
    case 'int':
    case 'struct':
    case 'union':
    case 'enum':
    case 'enum64':
      return type.size
    case 'pointer':
      return POINTER_SIZE
    case 'float':
      return type.sizeOrType
    case 'array': {
      const element = depth < LONGEST_CHAIN ? sizeOfType(btf, type.element, depth + 1) : undefined
      return element === undefined ? undefined : element * type.count
    }
    default:
      return undefined
  }
}
