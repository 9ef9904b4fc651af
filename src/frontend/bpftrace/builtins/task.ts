/**
 * Builtins about the current task and CPU, which are there in every probe.
 */
import type { Operand } from '../../../compiler/ir/ir.ts'
import type { HelperName } from '../../../format/asm/helpers.ts'
import { type Type, UINT32, UINT64 } from '../../../spec/types/type.ts'
import { plain } from '../check/static-type.ts'
import type { Lowering } from '../lower/lowering.ts'
import { integerValue, storedLater } from '../lower/value.ts'
import type { Builtin } from './builtin.ts'

/** Size of a task's name in the kernel (TASK_COMM_LEN). */
const COMM_SIZE = 16

/** `uid`: the real user. */
export const uid = number(UINT64, (lowering) => lowHalf(lowering, 'get_current_uid_gid'))
/** `gid`: the real group. */
export const gid = number(UINT64, ({ builder }) => builder.binary('lshr', builder.call('get_current_uid_gid', []), builder.i64(32)))
/** `cpu`: the number of the current CPU. */
export const cpu = number(UINT64, (lowering) => lowHalf(lowering, 'get_smp_processor_id'))
/** `rand`: 32 pseudo-random bits. */
export const rand = number(UINT32, (lowering) => lowHalf(lowering, 'get_prandom_u32'))
/** `cgroup`: the id of the cgroup (version 2) of the task. @kernel 4.18 */
export const cgroup = number(UINT64, ({ builder }) => builder.call('get_current_cgroup_id', []))

/** `username`: the name of the real user, as user space finds it. */
export const username: Builtin = {
  check: () => plain({ kind: 'rendered', as: { form: 'username' } }),
  lower: (lowering) => storedLater(lowering, lowHalf(lowering, 'get_current_uid_gid')),
}

/** `comm`: the name of the task. */
export const comm: Builtin = {
  check: () => plain({ kind: 'string', size: COMM_SIZE }),
  lower: ({ builder }) => ({
    kind: 'deferred',
    write: ({ pointer, offset }) => {
      builder.call('get_current_comm', [builder.at(pointer, offset), builder.i64(COMM_SIZE)])
    },
  }),
}

function number(type: Type, lower: (lowering: Lowering) => Operand): Builtin {
  return { check: () => plain(type), lower: (lowering) => integerValue(lower(lowering)) }
}

function lowHalf({ builder }: Lowering, helper: HelperName): Operand {
  return builder.binary('and', builder.call(helper, []), builder.i64(0xffff_ffff))
}
