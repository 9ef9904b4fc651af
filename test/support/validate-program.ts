/**
 * What tests hand to the compiler as `onFunction`: looks whether a front-end's IR is valid, which the compiler takes for granted.
 */
import type { IrFunction } from '../../src/compiler/ir/ir.ts'
import { functionsOf } from '../../src/compiler/ir/program-functions.ts'
import { validateFunction } from '../../src/compiler/ir/validate.ts'

/** Throws `InternalError` when a function of the program is not valid. */
export function validateProgram(main: IrFunction): void {
  for (const fn of functionsOf(main)) validateFunction(fn)
}
