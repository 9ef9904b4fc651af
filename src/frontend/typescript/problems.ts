/**
 * The mistakes that are found in more than one place, as factories: stable code, what was found, what to do. Mistakes of one
 * construct stand beside the file that lowers it.
 */
import { type Problem, showRange } from './lowering.ts'
import type { Range } from './range.ts'
import { describe, type Value } from './value.ts'

/** Something of JavaScript that is not compiled. */
export const unsupported = (construct: string, hint: string): Problem => ({
  code: 'not-supported',
  message: `${construct} cannot be compiled into a probe`,
  hint,
})
/** A value of the wrong type. */
export const wrongType = (expected: string, found: Value, hint?: string): Problem => ({
  code: 'wrong-type',
  message: `expected ${expected}, found ${describe(found)}`,
  ...(hint === undefined ? typeHint(found) : { hint }),
})
/** A number and a bigint in one operation: a TypeError in JavaScript. */
export const mixedTypes = (operator: string, a: Value, b: Value): Problem => ({
  code: 'mixed-types',
  message: `${operator} of ${describe(a)} and ${describe(b)}`,
  hint: 'convert one side with BigInt(...) or Number(...)',
})
/** A divisor that may be 0: a RangeError, NaN or Infinity in JavaScript, 0 in BPF. */
export const maybeZero = (range: Range): Problem => ({
  code: 'maybe-zero',
  message: `the divisor may be 0 (its range is ${showRange(range)})`,
  hint: 'test it first: if (divisor !== 0) { ... }, with 0n for a bigint',
})
/** A number beyond what JavaScript holds exactly. */
export const numberTooLarge = (range: Range): Problem => ({
  code: 'number-too-large',
  message: `the result may be ${showRange(range)}, more than a number holds exactly`,
  hint: 'compute with bigint: BigInt(a) * BigInt(b)',
})
/** A bigint beyond two registers. */
export const bigintTooLarge = (): Problem => ({
  code: 'bigint-too-large',
  message: 'the result may need more than 128 bits',
  hint: 'cut an operand to what it needs with BigInt.asUintN(64, ...) first',
})

function typeHint(found: Value): { readonly hint?: string } {
  if (found.kind === 'optional') return { hint: 'test it first: if (value !== undefined) { ... }, or give a fallback: value ?? 0n' }
  if (found.kind === 'fraction') return { hint: 'a number has no fractions in a probe: write Math.trunc(a / b), or divide bigints' }
  return {}
}
