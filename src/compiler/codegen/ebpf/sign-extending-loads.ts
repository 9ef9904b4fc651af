/**
 * Which loads may extend the sign of what they load, so that nothing is left to do for a conversion behind them. @kernel 6.6
 */
import type { InstructionSet } from '../../../spec/instruction-set.ts'
import type { IrFunction, Operand } from '../../ir/ir.ts'
import { nodesOf, usesByOperand } from '../../ir/operands.ts'
import { addressOf } from './address.ts'

/** The loads whose only reader extends them to 64 bits, each with that reader. The context is left out: kernels rewrite its loads. */
export function signExtendingLoads(fn: IrFunction, set: InstructionSet): Map<Operand, Operand> {
  const extensions = [...nodesOf(fn)].filter((node) => node.kind === 'convert' && node.operator === 'sext' && node.type === 'i64')
  const found = new Map<Operand, Operand>()
  if (extensions.length === 0) return found
  const uses = usesByOperand(fn)
  for (const extension of extensions) {
    if (extension.kind !== 'convert' || extension.value.kind !== 'load' || extension.value.type === 'i1') continue
    const load = extension.value
    if (uses.get(load)?.length !== 1 || addressOf(load.pointer).base.type === 'ptr.context') continue
    if (set.has(4)) found.set(load, extension)
  }
  return found
}
