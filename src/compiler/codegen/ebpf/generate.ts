/**
 * Code generation for eBPF, from a valid function in SSA form to instructions: selection, register allocation, emission.
 */
import type { InstructionSet } from '../../../spec/instruction-set.ts'
import type { IrFunction } from '../../ir/ir.ts'
import { allocateRegisters } from './allocate.ts'
import { dropCopies } from './drop-copies.ts'
import { type EmittedCode, emitFunction } from './emit.ts'
import { hoistConstants } from './hoist-constants.ts'
import { selectInstructions } from './select.ts'

/** Generates code. The function is not changed. */
export function generateCode(fn: IrFunction, set: InstructionSet): EmittedCode {
  const machine = selectInstructions(fn, set)
  hoistConstants(machine)
  allocateRegisters(machine)
  dropCopies(machine)
  return emitFunction(machine, set)
}
