/**
 * What must hold of a function: checked when a front-end hands it over, and after every pass in tests. A failure is a bug of
 * ours, so it throws, naming the instruction.
 */
import { InternalError } from '../../base/errors.ts'
import type { Complain } from './complain.ts'
import type { IrFunction } from './ir.ts'
import { printInstruction, printTerminator } from './print.ts'
import { isTerminator } from './text/forms.ts'
import { checkPointers } from './validate-pointers.ts'
import { checkResources } from './validate-resources.ts'
import { checkStructure } from './validate-structure.ts'
import { checkTypes } from './validate-types.ts'

/** Throws `InternalError` unless `fn` is valid: structure, types, dominance, null checks, reservations and iterators that are closed. */
export function validateFunction(fn: IrFunction): void {
  const complain: Complain = (node, problem) => {
    const text = isTerminator(node) ? printTerminator(node) : printInstruction(node)
    throw new InternalError(`function ${fn.name} is not valid: ${problem}, in "${text}"`)
  }
  checkStructure(fn, complain)
  checkTypes(fn, complain)
  checkPointers(fn, complain)
  checkResources(fn, complain)
}
