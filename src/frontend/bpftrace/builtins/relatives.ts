/**
 * Builtins about the parent and the leader of a task, that of the probe or one that is given: `ppid`, `ppid(task)`, ...
 */
import type { Operand } from '../../../compiler/ir/ir.ts'
import { kernelFieldAddress, readKernelField } from '../../../compiler/lowering/kernel-field.ts'
import { UINT32 } from '../../../spec/types/type.ts'
import { type Checker, mistake } from '../check/checker.ts'
import { isTestable, plain, type StaticType } from '../check/static-type.ts'
import type { Lowering } from '../lower/lowering.ts'
import { integerValue } from '../lower/value.ts'
import type { Builtin, BuiltinUse } from './builtin.ts'

/** Size of a task's name in the kernel (TASK_COMM_LEN). */
const COMM_SIZE = 16
const PARENT = 'task_struct.real_parent'
const LEADER = 'task_struct.group_leader'

/** `ppid`: the process that is the parent. */
export const ppid = idOf('ppid', PARENT, 'task_struct.tgid')
/** `pcomm`: its name. */
export const pcomm = nameOfTask('pcomm', PARENT)
/** `leader_tid`: the first thread of the process. */
export const leaderTid = idOf('leader_tid', LEADER, 'task_struct.pid')
/** `leader_comm`: its name. */
export const leaderComm = nameOfTask('leader_comm', LEADER)

function idOf(name: string, link: string, id: string): Builtin {
  return {
    check: (checker, use) => checkTask(checker, use, name) ?? plain(UINT32),
    lower: (lowering, use) =>
      integerValue(readKernelField(lowering.builder, { base: relative(lowering, use, link), path: id, signed: false })),
  }
}

function nameOfTask(name: string, link: string): Builtin {
  return {
    check: (checker, use) => checkTask(checker, use, name) ?? plain({ kind: 'string', size: COMM_SIZE }),
    lower: (lowering, use) => {
      const { builder } = lowering
      const address = kernelFieldAddress(builder, relative(lowering, use, link), 'task_struct.comm')
      return {
        kind: 'deferred',
        write: ({ pointer, offset }) => {
          builder.call('probe_read_kernel', [builder.at(pointer, offset), builder.i64(COMM_SIZE), address])
        },
      }
    },
  }
}

function relative(lowering: Lowering, use: BuiltinUse, link: string): Operand {
  const [task] = use.kind === 'call' ? use.arguments : []
  const base = task === undefined ? lowering.builder.call('get_current_task', []) : lowering.integer(task)
  return readKernelField(lowering.builder, { base, path: link, signed: false })
}

function checkTask(checker: Checker, use: BuiltinUse, name: string): StaticType | undefined {
  const [task, more] = use.kind === 'call' ? use.arguments : []
  if (more !== undefined) {
    const message = `${name}() takes up to one argument (${use.kind === 'call' ? use.arguments.length : 0} provided)`
    return mistake(checker, { code: 'wrong-argument-count', span: use.span, message })
  }
  if (task === undefined) return undefined
  const type = checker.check(task)
  if (type.unknown === true || isTestable(type)) return undefined
  return mistake(checker, { code: 'wrong-argument-type', span: task.span, message: `${name}() expects a pointer to a task` })
}
