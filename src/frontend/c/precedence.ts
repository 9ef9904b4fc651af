/**
 * How binary operators bind, in C and in the tracing language alike.
 */

/** The operators by how tightly they bind, loosest first. */
export const PRECEDENCE = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '<=', '>', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
] as const
