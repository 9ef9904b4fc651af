/** How two constants of scripts compare. */
import type { StaticValue } from './static-type.ts'

/** Comparisons of two values of the same kind. Byte strings order as their bytes do. */
export const COMPARISONS: Readonly<Record<string, (a: StaticValue, b: StaticValue) => boolean>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
}
