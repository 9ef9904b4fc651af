/**
 * `strerror(n)`, `signal_name(n)` and `syscall_name(n)`: what numbers of the kernel stand for, as texts.
 */
import type { Operand } from '../../../compiler/ir/ir.ts'
import { ERROR_TEXTS } from '../../../spec/error-texts.ts'
import { signalTexts } from '../../../spec/signal-numbers.ts'
import { syscallNames } from '../../../spec/syscall-names.ts'
import { INT32 } from '../../../spec/types/type.ts'
import type { Expression } from '../ast.ts'
import { mistake } from '../check/checker.ts'
import { describeType, isIntegerLike, plain } from '../check/static-type.ts'
import { castInteger } from '../lower/integers.ts'
import type { Lowering } from '../lower/lowering.ts'
import { lookUpName, NAME_SIZE, type NameTable } from '../lower/name-table.ts'
import type { Call } from './call.ts'

/** `strerror(n)`: of an error number, negative or not. */
export const strerror = nameCall({ map: 'error_texts', names: () => ERROR_TEXTS, otherwise: 'Unknown error' }, withoutSign)
/** `signal_name(n)`: what the shell says of a process that a signal ended. */
export const signalName = nameCall({ map: 'signal_texts', names: signalTexts, otherwise: 'N/A' })
/** `syscall_name(n)`. */
export const syscallName = nameCall({ map: 'syscall_names', names: syscallNames, otherwise: 'Unknown syscall' })

function nameCall(table: NameTable, prepare = (_lowering: Lowering, number: Operand) => number): Call {
  return {
    arity: [1, 1],
    kind: 'value',
    check(checker, call) {
      const [number] = call.arguments as readonly [Expression]
      const type = checker.check(number)
      if (isIntegerLike(type)) return plain({ kind: 'string', size: NAME_SIZE })
      const message = `Cannot cast from "${describeType(type)}" to "int32"`
      return mistake(checker, { code: 'wrong-argument-type', span: number.span, message })
    },
    lower(lowering, call) {
      const number = castInteger(lowering, lowering.integer(call.arguments[0] as Expression), INT32)
      return lookUpName(lowering, table, prepare(lowering, number))
    },
  }
}

function withoutSign({ builder }: Lowering, number: Operand): Operand {
  const sign = builder.binary('ashr', number, builder.i64(63))
  return builder.binary('sub', builder.binary('xor', number, sign), sign)
}
