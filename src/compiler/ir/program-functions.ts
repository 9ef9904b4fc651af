/**
 * The functions of a program: its main function and all that it calls or hands to a helper, directly or not.
 */
import { InternalError } from '../../base/errors.ts'
import type { IrFunction } from './ir.ts'

/** The functions that `fn` refers to, once each, in order of first mention. */
export function referredFunctions(fn: IrFunction): IrFunction[] {
  const referred = new Set<IrFunction>()
  for (const block of fn.blocks) {
    for (const instruction of block.instructions) {
      if (instruction.kind === 'call_function') referred.add(instruction.callee)
      if (instruction.kind === 'function') referred.add(instruction.target)
    }
  }
  return [...referred]
}

/**
 * All functions of the program that begins at `main`, each before those that refer to it, so `main` comes last. Throws
 * `InternalError` for recursion, which BPF has not, and for two functions of one name.
 */
export function functionsOf(main: IrFunction): IrFunction[] {
  const done = new Set<IrFunction>()
  visit(main, [])
  const names = new Set([...done].map(({ name }) => name))
  if (names.size < done.size) throw new InternalError(`two functions of program ${main.name} have the same name`)
  return [...done]

  function visit(fn: IrFunction, callers: readonly IrFunction[]): void {
    if (callers.includes(fn)) throw new InternalError(`function ${fn.name} calls itself`)
    if (done.has(fn)) return
    for (const referred of referredFunctions(fn)) visit(referred, [...callers, fn])
    done.add(fn)
  }
}
