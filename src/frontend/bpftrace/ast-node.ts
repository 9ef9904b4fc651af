/**
 * Nodes of the syntax tree taken alike: what is in them, and copies with something else in them.
 */
import type { Span } from '../../base/source-text.ts'

/** Any node of a tree, by its kind where it has one. */
export interface Node {
  readonly kind?: string
  readonly span: Span
}

/** True for nodes of the tree: what stands somewhere. */
export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'span' in value
}

/** The nodes in a node, in the order of its keys, also those in lists and in objects that are no nodes. */
export function partsOfNode(node: object): readonly Node[] {
  return Object.values(node).flatMap(nodesOf)
}

function nodesOf(value: unknown): readonly Node[] {
  if (Array.isArray(value)) return value.flatMap(nodesOf)
  if (isNode(value)) return [value]
  return typeof value === 'object' && value !== null && !(value instanceof Map) ? Object.values(value).flatMap(nodesOf) : []
}

/** How a copy differs. */
export interface Copying {
  readonly place: (span: Span) => Span
  /** What stands for a node in the copy; undefined for a copy of it. */
  readonly replace: (node: Node) => unknown
}

/** A deep copy of a part of a tree. Types that literals carry are shared. */
export function copyTree<T>(value: T, copying: Copying): T {
  if (Array.isArray(value)) return value.map((item) => copyTree(item, copying)) as T
  if (typeof value !== 'object' || value === null || value instanceof Map) return value
  const replaced = isNode(value) ? copying.replace(value) : undefined
  return replaced === undefined ? copyFields(value, copying) : (replaced as T)
}

/** A copy of a node itself, whose parts are copied as `copyTree` does. */
export function copyFields<T extends object>(node: T, copying: Copying): T {
  const isLiteral = 'kind' in node && node.kind === 'integer'
  return Object.fromEntries(
    Object.entries(node).map(([key, inner]) => {
      if (/^(span|.*Span)$/.test(key) && inner !== undefined) return [key, copying.place(inner)]
      return [key, isLiteral ? inner : copyTree(inner, copying)]
    }),
  ) as T
}
