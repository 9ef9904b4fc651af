/**
 * What a builtin (`pid`, `comm`, ...) is to the compiler: a row of the table in `builtins.ts`. Section 3 of the language
 * reference.
 */
import type { CallExpression, IdentifierExpression } from '../ast.ts'
import type { Checker } from '../check/checker.ts'
import type { StaticType } from '../check/static-type.ts'
import type { Lowering } from '../lower/lowering.ts'
import type { Value } from '../lower/value.ts'

/** The place where a builtin is used: `pid` or `pid()`. */
export type BuiltinUse = IdentifierExpression | CallExpression

/** A row of the table: how a builtin is checked and lowered. */
export interface Builtin {
  /** The type where it is used; complains when it cannot be used there. */
  check(checker: Checker, use: BuiltinUse): StaticType
  lower(lowering: Lowering, use: BuiltinUse): Value
}
