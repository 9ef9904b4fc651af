/**
 * The registers that the current task has in user mode: those of the context at a uprobe, else those that the kernel saved when it
 * was entered. @kernel 5.15
 */
import type { FunctionBuilder } from '../../ir/builder.ts'
import type { Operand } from '../../ir/ir.ts'
import { PT_REGS, type RegisterName } from '../registers.ts'

/** Where the registers are: `context` in programs on uprobes, `task` in all others. */
export type RegisterSource = 'context' | 'task'

/** Selector of code of 64 bits (`__USER_CS`). */
export const USER_CODE_64 = 0x33

/** Registers of the traced code. */
export interface UserRegisters {
  get(name: RegisterName): Operand
  /** A register by its number in DWARF, an i64 below 16 but not 7 (RSP), unknown to the compiler. */
  byNumber(number: Operand): Operand
}

/** The words of `struct pt_regs` by numbers of DWARF, 4 bits each; what stands for RSP is not used. */
const WORDS = (['ax', 'dx', 'cx', 'bx', 'si', 'di', 'bp', 'r15', 'r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15'] as const).reduce(
  (words, name, number) => words | (BigInt(PT_REGS[name] / 8) << BigInt(4 * number)),
  0n,
)

/** The registers. The task must have memory of its own: kernel threads have none. */
export function userRegisters(builder: FunctionBuilder, source: RegisterSource): UserRegisters {
  const base = source === 'context' ? builder.context : savedRegisters(builder)
  return {
    get: (name) => builder.load('i64', base, PT_REGS[name]),
    byNumber(number) {
      const word = builder.binary(
        'and',
        builder.binary('lshr', builder.i64(WORDS), builder.binary('shl', number, builder.i64(2))),
        builder.i64(15),
      )
      const slot = builder.stackSlot('register', 8)
      const address = builder.binary('add', builder.addressOf(base), builder.binary('shl', word, builder.i64(3)))
      builder.call('probe_read_kernel', [slot, builder.i64(8), address])
      return builder.load('i64', slot)
    },
  }
}

function savedRegisters(builder: FunctionBuilder): Operand {
  const task = builder.call('get_current_task_btf', [], 'ptr.memory')
  return builder.call('task_pt_regs', [task], 'ptr.memory')
}
