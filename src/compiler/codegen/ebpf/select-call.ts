/**
 * Selection of helper calls: arguments to r1 up to r5, result from r0.
 */

import { HELPERS } from '../../../format/asm/helpers.ts'
import { ALU, CLASS, JMP, SOURCE } from '../../../format/asm/opcodes.ts'
import type { Operand } from '../../ir/ir.ts'
import { addressOf } from './address.ts'
import type { Kind, SelectionRule } from './rule.ts'
import { type Selection, withoutExtension } from './selection.ts'

/** What must be in a register already, as against what is made from nothing. */
function isHeld(operand: Operand): boolean {
  const { kind } = addressOf(withoutExtension(operand)).base
  return kind !== 'constant' && kind !== 'map' && kind !== 'map_value' && kind !== 'late_constant' && kind !== 'stack_slot'
}

/** A helper call. */
export const callRule: SelectionRule<Kind<'call'>> = {
  reads: (call) => call.arguments.map((argument) => addressOf(argument).base),
  emit(selection, call) {
    emitArguments(selection, call.arguments)
    const { id } = HELPERS[call.helper]
    selection.emit({ opcode: CLASS.jmp | JMP.call, imm: BigInt(id), argumentCount: call.arguments.length })
    selection.forgetReusable()
    if (!selection.demanded.has(call)) return
    // A helper answers 64 bits; an i32 must be zero-extended.
    if (call.type === 'i32') selection.emit({ opcode: CLASS.alu32 | ALU.mov | SOURCE.x, dst: selection.define(call), src: 0 })
    else selection.copy(selection.define(call), 0)
  },
}

/** Held values move first: the argument registers that they still occupy become free for the others. */
function emitArguments(selection: Selection, args: readonly Operand[]): void {
  const numbered = args.map((argument, index) => ({ argument, register: index + 1 }))
  for (const { argument, register } of numbered) if (isHeld(argument)) selection.put(register, argument)
  for (const { argument, register } of numbered) if (!isHeld(argument)) selection.put(register, argument)
}
