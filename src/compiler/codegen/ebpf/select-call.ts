/**
 * Selection of calls, of helpers, kfuncs and functions of the program: arguments to r1 up to r5, result from r0.
 */
import { HELPERS } from '../../../format/asm/helpers.ts'
import { PSEUDO } from '../../../format/asm/instruction.ts'
import { ALU, CLASS, JMP, SOURCE } from '../../../format/asm/opcodes.ts'
import type { Operand } from '../../ir/ir.ts'
import { addressOf } from './address.ts'
import type { MachineInstruction } from './machine.ts'
import type { Kind, SelectionRule } from './rule.ts'
import { type Selection, withoutExtension } from './selection.ts'

const MADE: ReadonlySet<Operand['kind']> = new Set([
  'constant',
  'map',
  'map_value',
  'late_constant',
  'relocation',
  'stack_slot',
  'function',
])

/** What must be in a register already, as against what is made from nothing. */
function isHeld(operand: Operand): boolean {
  const { kind } = addressOf(withoutExtension(operand)).base
  return !MADE.has(kind)
}

type AnyCall = Kind<'call' | 'call_kfunc' | 'call_function'>

const argumentsRead = (call: AnyCall): readonly Operand[] => call.arguments.map((argument) => addressOf(argument).base)

/** A helper call. */
export const callRule: SelectionRule<Kind<'call'>> = {
  reads: argumentsRead,
  emit(selection, call) {
    emitCall(selection, call, { imm: BigInt(HELPERS[call.helper].id) })
    receiveNarrowing(selection, call)
  },
}

/** A call of a function of the kernel. */
export const kfuncRule: SelectionRule<Kind<'call_kfunc'>> = {
  reads: argumentsRead,
  emit(selection, call) {
    emitCall(selection, call, { src: PSEUDO.kfunc, kfunc: call.kfunc })
    receiveNarrowing(selection, call)
  },
}

/** A call of a function of this program, which answers in the form that we keep values in. */
export const functionCallRule: SelectionRule<Kind<'call_function'>> = {
  reads: argumentsRead,
  emit(selection, call) {
    emitCall(selection, call, { src: PSEUDO.call, callee: call.callee })
    if (selection.demanded.has(call)) selection.copy(selection.define(call), 0)
  },
}

function emitCall(selection: Selection, call: AnyCall, target: Partial<MachineInstruction>): void {
  emitArguments(selection, call.arguments)
  selection.emit({ opcode: CLASS.jmp | JMP.call, argumentCount: call.arguments.length, ...target })
  selection.forgetReusable()
}

/** The kernel answers 64 bits; an i32 must be zero-extended. */
function receiveNarrowing(selection: Selection, call: AnyCall): void {
  if (!selection.demanded.has(call)) return
  if (call.type === 'i32') selection.emit({ opcode: CLASS.alu32 | ALU.mov | SOURCE.x, dst: selection.define(call), src: 0 })
  else selection.copy(selection.define(call), 0)
}

/** Held values move first: the argument registers that they still occupy become free for the others. */
function emitArguments(selection: Selection, args: readonly Operand[]): void {
  const numbered = args.map((argument, index) => ({ argument, register: index + 1 }))
  for (const { argument, register } of numbered) if (isHeld(argument)) selection.put(register, argument)
  for (const { argument, register } of numbered) if (!isHeld(argument)) selection.put(register, argument)
}
