/**
 * Values while a program is lowered. Integers are i64 operands that hold the value extended by its type. What is larger
 * is written where it is wanted, as late as possible, so that it is not copied on the way.
 */
import type { FunctionBuilder } from '../../../compiler/ir/builder.ts'
import type { Operand } from '../../../compiler/ir/ir.ts'
import type { Type } from '../../../spec/types/type.ts'

/** Bytes in memory. */
export interface Place {
  readonly pointer: Operand
  readonly offset: number
}

/** A value on its way from an expression to where it is used. */
export type Value =
  /** An integer, boolean, pointer or function. */
  | { readonly kind: 'integer'; readonly operand: Operand }
  /** Bytes that lie in memory and stay as they are while the value is used. */
  | { readonly kind: 'memory'; readonly place: Place }
  /**
   * Bytes that are written when asked; `write` fills exactly the size of the value's type. `writeText`, where a text has it,
   * leaves what is behind the NUL as it was.
   */
  | { readonly kind: 'deferred'; readonly write: (place: Place) => void; readonly writeText?: (place: Place) => void }
  | { readonly kind: 'tuple'; readonly items: readonly { readonly value: Value; readonly type: Type }[] }
  | { readonly kind: 'none' }

/** The value of a call that yields nothing. */
export const NO_VALUE: Value = { kind: 'none' }

/** Eight bytes that are no integer to the language; the operand has been computed, the place comes later. */
export function storedLater({ builder }: { readonly builder: FunctionBuilder }, operand: Operand): Value {
  return { kind: 'deferred', write: ({ pointer, offset }) => builder.store(pointer, operand, offset) }
}

/** An operand as a value. */
export function integerValue(operand: Operand): Value {
  return { kind: 'integer', operand }
}
