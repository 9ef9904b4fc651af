/**
 * Functions of the IR as text, for tests: a body is written as it is printed, without the frame of the function.
 */
import type { IrFunction } from '../../src/compiler/ir/ir.ts'
import { parseProgram } from '../../src/compiler/ir/parse.ts'
import { printFunction } from '../../src/compiler/ir/print.ts'
import { validateFunction } from '../../src/compiler/ir/validate.ts'
import type { Pass } from '../../src/compiler/passes/pass.ts'

/** The function `f` with this body; its context is `%0`. */
export function functionOf(body: string): IrFunction {
  return parseProgram(`function f(%0: ptr.context) {\n${body}\n}`)
}

/** A body as the printer would write it, without indentation. */
function bodyLines(fn: IrFunction): string {
  return tidy(printFunction(fn).split('\n').slice(1, -1).join('\n'))
}

/** Lines without indentation and empty ones. */
export function tidy(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n')
}

/** What a pass makes of a body. Both are checked by the validator, and what the pass answers is checked against what it did. */
export function afterPass(pass: Pass, body: string): string {
  const fn = functionOf(body)
  validateFunction(fn)
  const before = bodyLines(fn)
  const changed = pass.run(fn)
  validateFunction(fn)
  if (!changed && bodyLines(fn) !== before) throw new Error(`${pass.name} changed the function and says that it did not`)
  return bodyLines(fn)
}
